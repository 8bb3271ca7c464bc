import { createPublicKey, type KeyObject, verify } from "node:crypto";
import { sha256Hex } from "../domain/canonical.ts";
import { instantOf, isInstant } from "../domain/instant.ts";
import { type OriginStatement, originBytes } from "../domain/origin-statement.ts";
import { Refusal, refuseField } from "../domain/refusal.ts";
import { signatureFault } from "./origin-fault.ts";
import { originHash } from "./origin-sign.ts";

/** A public key of a department system, as configured on the agent's host. */
export interface OriginKey {
  id: string;
  /** SubjectPublicKeyInfo in PEM: P-256 or Ed25519. */
  publicKeyPem: string;
  /** Apps whose statements the key may sign; absent means any. */
  apps?: readonly string[];
}

/** An origin key, loaded. */
export interface LoadedOriginKey {
  key: KeyObject;
  hash: "sha256" | null;
  apps?: readonly string[];
}

/** Origin keys, loaded. */
export interface OriginKeys {
  find(id: string): LoadedOriginKey | undefined;
  /** The keys as they were given. */
  readonly given: readonly OriginKey[];
}

/** What a host takes: whose signatures, how old, and how far from the future by its clock. */
export interface OriginRules {
  keys: OriginKeys;
  maxAgeSeconds: number;
  maxSkewSeconds: number;
}

/** An origin signature and what it claims to sign. */
export interface SignedOrigin {
  keyId: string;
  /** DER for ECDSA, 64 bytes for Ed25519. */
  signature: Uint8Array;
  statement: OriginStatement;
}

/** Loads the origin keys. Refuses (`INVALID_FIELD`) unusable keys and an id that occurs twice. */
export function loadOriginKeys(keys: readonly OriginKey[]): OriginKeys {
  const loaded = new Map<string, LoadedOriginKey>();
  for (const { id, publicKeyPem, apps } of keys) {
    if (loaded.has(id))
      throw refuseField(
        "INVALID_FIELD",
        "id",
        `origin key ${id} is given twice`,
        "give each key an id of its own",
        `来源签名密钥标识${id}重复，请为每个密钥取不同的标识`,
      );
    loaded.set(id, { ...loadKey(id, publicKeyPem), ...(apps !== undefined && { apps }) });
  }
  return { find: (id) => loaded.get(id), given: keys };
}

/**
 * Verifies that a department system, and nobody else, asked for this certificate. Throws a `Refusal`:
 * `ORIGIN_KEY_UNKNOWN`, `ORIGIN_INVALID` (bad signature, or a key that is not for this app), or `ORIGIN_STALE` where it
 * was signed more than `maxAgeSeconds` before `now` or more than `maxSkewSeconds` after it.
 */
export function verifyOrigin(rules: OriginRules, { keyId, signature, statement }: SignedOrigin, now: Date): void {
  const known = rules.keys.find(keyId);
  if (known === undefined) throw unknown(keyId);
  if (known.apps !== undefined && !known.apps.includes(statement.app)) throw foreign(keyId, statement.app);
  const octets = originBytes(statement);
  if (!verify(known.hash, octets, known.key, signature)) {
    const { description, remedy, localized } = signatureFault(known, octets, signature);
    const covered = Object.keys(statement).slice(1).join(", ");
    throw new Refusal("ORIGIN_INVALID", `the origin signature ${description}; it covers ${covered}`, {
      metadata: { keyId, statementSha256: sha256Hex(octets) },
      fields: [{ field: "origin.signature", description, remedy, localized }],
    });
  }
  requireFresh(rules, keyId, statement.signedAt, now);
}

function requireFresh(
  { maxAgeSeconds, maxSkewSeconds }: OriginRules,
  keyId: string,
  signedAt: string,
  now: Date,
): void {
  if (!isInstant(signedAt)) {
    const message = "signedAt is not a time in RFC 3339 form";
    throw new Refusal("ORIGIN_INVALID", message, { metadata: { keyId } });
  }
  const age = (now.getTime() - instantOf(signedAt)) / 1000;
  if (age <= maxAgeSeconds && age >= -maxSkewSeconds) return;
  const seconds = Math.ceil(Math.abs(age));
  const [what, most, when] =
    age > 0
      ? [`signed ${seconds} s ago, at most ${maxAgeSeconds} s are allowed`, maxAgeSeconds, "之前"]
      : [`signed ${seconds} s in the future, at most ${maxSkewSeconds} s are allowed`, maxSkewSeconds, "之后"];
  throw new Refusal("ORIGIN_STALE", `the origin signature is too old, or from the future: ${what}`, {
    metadata: { keyId, signedAt, maxAgeSeconds: String(maxAgeSeconds), ageSeconds: String(Math.round(age)) },
    fields: [
      {
        field: "origin.signed_at",
        description: what,
        remedy:
          "sign the same order again now, call MakeCertificate (ReplaceCertificate) with it, then issue; if it was signed just now, set the clock",
        localized: `签名时间在当前时间${when}${seconds}秒，最多允许${most}秒，请用当前时间对同一申请重新签名，再次制证后签发；如刚刚签名，请校准时钟`,
      },
    ],
  });
}

function unknown(keyId: string): Refusal {
  return new Refusal("ORIGIN_KEY_UNKNOWN", "the origin key is not configured on the agent's host", {
    metadata: { keyId },
    fields: [
      {
        field: "origin.key_id",
        description: `no origin key ${keyId} is configured on the agent's host`,
        remedy: "name a key that is, or have its public key put into the agent's policy under this id",
        localized: `签名代理主机未登记密钥${keyId}，请使用已登记的密钥标识，或将公钥登记到签名代理策略中`,
      },
    ],
  });
}

function foreign(keyId: string, app: string): Refusal {
  return new Refusal("ORIGIN_INVALID", `the origin key does not belong to app ${app}`, {
    metadata: { keyId, app },
    fields: [
      {
        field: "origin.key_id",
        description: `key ${keyId} does not belong to app ${app}`,
        remedy: "sign with a key of this app, or have the key listed with it in the agent's policy",
        localized: `密钥${keyId}不属于应用${app}，请使用该应用的密钥，或在签名代理策略中将密钥登记到该应用`,
      },
    ],
  });
}

function loadKey(id: string, pem: string): LoadedOriginKey {
  try {
    const key = createPublicKey(pem);
    return { key, hash: originHash(key) };
  } catch (cause) {
    throw new Refusal("INVALID_FIELD", `origin key ${id}: not a P-256 or Ed25519 public key in PEM`, { cause });
  }
}
