import { type DataMessage, originStatementOf } from "../services/domain/message.ts";
import { Refusal } from "../services/domain/refusal.ts";
import { verifyOrigin } from "../services/trust/origin.ts";
import { type ItemRule, itemRule, type Policy, type SealRule } from "./policy.ts";

/** An origin signature as it comes with a job. */
export interface JobOrigin {
  keyId: string;
  /** RFC 3339. */
  signedAt: string;
  signature: Uint8Array;
  /** The signed statement names the certificate number. */
  numberGiven: boolean;
}

/** What a decision is taken on. */
export interface Question {
  message: DataMessage;
  origin: JobOrigin | undefined;
  templateSha256: string;
}

/** Where and when it is taken. */
export interface Circumstances {
  /** Division code of the node that the agent serves. */
  node: string;
  now: Date;
  clockSkewSeconds: number;
}

/** What was allowed. */
export interface Decision {
  seal: SealRule;
  item: ItemRule;
}

/**
 * Decides whether the policy of this host lets a message be signed (design §3.6). Pure: the same question in the same
 * circumstances has the same answer. Throws `Refusal`: `POLICY_REFUSED` whose metadata name the `rule`, `ORIGIN_MISSING` and
 * the others of {@link verifyOrigin}, or `SIGNER_EXPIRED`.
 */
export function decide(policy: Policy, question: Question, circumstances: Circumstances): Decision {
  const { message, origin, templateSha256 } = question;
  const { metadata } = message;
  const { node, now, clockSkewSeconds } = circumstances;
  if (metadata.node !== node) throw refused("node", metadata.node, `this agent serves node ${node}`);
  const seal = policy.seals.get(metadata.seal);
  if (!seal) throw refused("seal", metadata.seal, "the seal is not in the policy");
  if (!seal.items.has(metadata.itemCode)) throw refused("item", metadata.itemCode, "the seal does not sign this item");
  if (!seal.units.has(metadata.issuer.code)) {
    throw refused("unit", metadata.issuer.code, "the issuer is not among the units of the seal");
  }
  if (!policy.apps.has(metadata.app)) throw refused("app", metadata.app, "the app is not in the policy");
  if (policy.apps.get(metadata.app)?.has(metadata.itemCode) === false) {
    throw refused("app-item", metadata.itemCode, `app ${metadata.app} may not ask for this item`);
  }
  const item = itemRule(policy, metadata.itemCode);
  if (item.templates && !item.templates.has(templateSha256)) {
    throw refused("template", templateSha256, "the face template is not among those allowed");
  }
  const faces = message.faces.map(({ format }) => format).join(" ");
  if (faces !== "pdf" && faces !== "pdf ofd") {
    throw refused("faces", faces, "one PDF, and one OFD behind it at most, can be signed");
  }
  checkTimes(seal, metadata.preparedAt, now, clockSkewSeconds);
  if (origin) {
    const statement = originStatementOf(message, origin.signedAt, origin.numberGiven);
    const signed = { keyId: origin.keyId, signature: origin.signature, statement };
    verifyOrigin(policy.originKeys, signed, now, policy.originMaxAgeSeconds, clockSkewSeconds);
  } else if (item.origin === "required") {
    throw new Refusal("ORIGIN_MISSING", `item ${metadata.itemCode} is signed only with an origin signature`, {
      metadata: { item: metadata.itemCode, app: metadata.app },
    });
  }
  return { seal, item };
}

function checkTimes({ code, signer }: SealRule, preparedAt: string, now: Date, clockSkewSeconds: number): void {
  const { notBefore, notAfter } = signer.parsed;
  if (now < notBefore || now > notAfter) {
    const period = `${notBefore.toISOString()} to ${notAfter.toISOString()}`;
    throw new Refusal("SIGNER_EXPIRED", `the certificate of seal ${code} is valid from ${period}: renew it`, {
      metadata: { seal: code, notBefore: notBefore.toISOString(), notAfter: notAfter.toISOString() },
    });
  }
  // NaN compares false both ways, so the test is written to let only a good time through.
  if (!(Date.parse(preparedAt) <= now.getTime() + clockSkewSeconds * 1000)) {
    throw refused("prepared-at", preparedAt, "the message claims to be from the future");
  }
}

function refused(rule: string, value: string, why: string): Refusal {
  return new Refusal("POLICY_REFUSED", `${rule} ${value}: ${why}`, { metadata: { rule, value } });
}
