import { createHash, type KeyObject, verify } from "node:crypto";
import { type FieldViolation, Refusal } from "../../domain/refusal.ts";

/** What a security key made of a challenge (WebAuthn Level 2, AuthenticatorAssertionResponse). */
export interface Assertion {
  authenticatorData: Uint8Array;
  clientDataJson: Uint8Array;
  signature: Uint8Array;
}

/** What it must be an answer to, and whose. */
export interface AssertionDemand {
  challenge: Uint8Array;
  /** Relying party: a domain. */
  rpId: string;
  /** Pages on which it may have been made, as browsers write origins. */
  origins: readonly string[];
  key: KeyObject;
}

/** What a good assertion tells. */
export interface AssertionFacts {
  /** Signature counter of the security key; 0 where it has none. */
  counter: number;
  /** SHA-256 (hex) of the octets that were signed: by it the assertion is known again, however its signature is written. */
  digest: string;
}

/** Octets of client data and of authenticator data, at most. */
export const MAX_CLIENT_DATA = 2_048;
export const MAX_AUTHENTICATOR_DATA = 1_024;
const HEAD = 37;
const FLAGS = { present: 0x01, verified: 0x04, backupEligible: 0x08, backedUp: 0x10, attested: 0x40, extended: 0x80 };

/**
 * Verifies an assertion (WebAuthn Level 2, 7.2): kind, challenge, page, relying party, that somebody was there and was verified (PIN or
 * finger), and the signature (ES256, EdDSA or RS256, as the key is). Extensions are let stand and believed in nothing. The counter is the
 * caller's to hold. Throws `ORIGIN_INVALID` naming the member.
 */
export function verifyAssertion(assertion: Assertion, demand: AssertionDemand): AssertionFacts {
  const { authenticatorData, clientDataJson, signature } = assertion;
  checkClientData(clientDataJson, demand);
  const counter = checkAuthenticatorData(authenticatorData, demand.rpId);
  const signed = Buffer.concat([authenticatorData, sha256(clientDataJson)]);
  const hash = demand.key.asymmetricKeyType === "ed25519" ? null : "sha256";
  if (!verify(hash, signed, demand.key, signature)) {
    throw bad("signature", "is not one of this security key over these data", "签名不是该安全密钥对这些数据的签名");
  }
  return { counter, digest: sha256(signed).toString("hex") };
}

function checkClientData(bytes: Uint8Array, { challenge, origins }: AssertionDemand): void {
  const field = "client_data_json";
  if (bytes.length > MAX_CLIENT_DATA)
    throw bad(field, `has ${bytes.length} octets, at most ${MAX_CLIENT_DATA} are taken`, "超出长度限制");
  const data = parsed(bytes);
  if (data.type !== "webauthn.get") throw bad(`${field}.type`, "is not webauthn.get", "不是认证断言（webauthn.get）");
  if (data.challenge !== Buffer.from(challenge).toString("base64url"))
    throw bad(
      `${field}.challenge`,
      "is not the digest of these orders: something else was confirmed",
      "确认的不是这些申请，请重新确认",
    );
  if (typeof data.origin !== "string" || !origins.includes(data.origin))
    throw bad(`${field}.origin`, "is not a page on which officers confirm", "不是经办确认所用的页面");
  // A page in the frame of another: who looks at it need not see what he confirms.
  if (data.crossOrigin !== undefined && data.crossOrigin !== false)
    throw bad(`${field}.crossOrigin`, "the page stood in the frame of another one", "页面被嵌入了其他网站的框架");
  if (data.topOrigin !== undefined)
    throw bad(`${field}.topOrigin`, "the page stood in the frame of another one", "页面被嵌入了其他网站的框架");
}

function parsed(bytes: Uint8Array): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Told below.
  }
  throw bad("client_data_json", "is no JSON object in UTF-8", "不是UTF-8编码的JSON对象");
}

/** Returns the counter. */
function checkAuthenticatorData(bytes: Uint8Array, rpId: string): number {
  const field = "authenticator_data";
  if (bytes.length < HEAD || bytes.length > MAX_AUTHENTICATOR_DATA)
    throw bad(field, `has ${bytes.length} octets, ${HEAD} to ${MAX_AUTHENTICATOR_DATA} are taken`, "长度不正确");
  const data = Buffer.from(bytes);
  if (!data.subarray(0, 32).equals(sha256(Buffer.from(rpId))))
    throw bad(`${field}.rpIdHash`, `is not that of ${rpId}`, `不属于${rpId}`);
  const has = (flag: number) => ((data[32] ?? 0) & flag) !== 0;
  if (!has(FLAGS.present)) throw bad(`${field}.flags`, "nobody touched the security key", "未触碰安全密钥");
  if (!has(FLAGS.verified))
    throw bad(
      `${field}.flags`,
      "the security key did not verify its user by PIN or finger",
      "安全密钥未核验使用者（PIN或指纹）",
    );
  if (has(FLAGS.backedUp) && !has(FLAGS.backupEligible))
    throw bad(`${field}.flags`, "contradict themselves", "标志自相矛盾");
  if (has(FLAGS.attested) || has(FLAGS.extended) !== bytes.length > HEAD)
    throw bad(field, "holds what no assertion holds", "含有断言中不应有的内容");
  return data.readUInt32BE(33);
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest();
}

/** The refusal of one member of a confirmation. */
export function bad(member: string, description: string, localized: string): Refusal {
  const field = `confirmation.${member}`;
  const remedy = "have the officer confirm anew with the registered security key, on the page of the console";
  const fields: FieldViolation[] = [{ field, description, remedy, localized }];
  return new Refusal("ORIGIN_INVALID", `${field} ${description}`, { fields, metadata: { member: field } });
}
