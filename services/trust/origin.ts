import { createPublicKey, type KeyObject, verify } from "node:crypto";
import { type OriginStatement, originBytes } from "../domain/message.ts";
import { Refusal, refuseField } from "../domain/refusal.ts";
import { originHash } from "./origin-sign.ts";

/** A public key of a department system, as configured on the agent's host. */
export interface OriginKey {
  id: string;
  /** SubjectPublicKeyInfo in PEM: P-256 or Ed25519. */
  publicKeyPem: string;
  /** Apps whose statements the key may sign; absent means any. */
  apps?: readonly string[];
}

/** Origin keys, loaded. */
export interface OriginKeys {
  find(id: string): { key: KeyObject; hash: "sha256" | null; apps?: readonly string[] } | undefined;
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
  const loaded = new Map<string, { key: KeyObject; hash: "sha256" | null; apps?: readonly string[] }>();
  for (const { id, publicKeyPem, apps } of keys) {
    if (loaded.has(id)) throw refuseField("INVALID_FIELD", "id", `origin key ${id} is given twice`);
    loaded.set(id, { ...loadKey(id, publicKeyPem), ...(apps !== undefined && { apps }) });
  }
  return { find: (id) => loaded.get(id) };
}

/**
 * Verifies that a department system, and nobody else, asked for this certificate. Throws a `Refusal`:
 * `ORIGIN_KEY_UNKNOWN`, `ORIGIN_INVALID` (bad signature, or a key that is not for this app), or `ORIGIN_STALE` where it
 * was signed more than `maxAgeSeconds` before `now` or more than `maxSkewSeconds` after it.
 */
export function verifyOrigin(
  keys: OriginKeys,
  { keyId, signature, statement }: SignedOrigin,
  now: Date,
  maxAgeSeconds: number,
  maxSkewSeconds: number,
): void {
  const known = keys.find(keyId);
  if (known === undefined) {
    throw new Refusal("ORIGIN_KEY_UNKNOWN", "the origin key is not configured on this host", { metadata: { keyId } });
  }
  if (known.apps !== undefined && !known.apps.includes(statement.app)) {
    throw invalid("the origin key does not belong to this app", keyId);
  }
  if (!verify(known.hash, originBytes(statement), known.key, signature)) {
    const covered = Object.keys(statement).slice(1).join(", ");
    throw invalid(`the origin signature does not fit the data: not all of ${covered} are as they were signed`, keyId);
  }
  const signedAt = readTimestamp(statement.signedAt);
  if (signedAt === undefined) throw invalid("signedAt is not a time in RFC 3339 form", keyId);
  const age = (now.getTime() - signedAt) / 1000;
  if (age > maxAgeSeconds || age < -maxSkewSeconds) {
    throw new Refusal("ORIGIN_STALE", "the origin signature is too old, or from the future", {
      metadata: { keyId, signedAt: statement.signedAt, maxAgeSeconds: String(maxAgeSeconds) },
      fields: [
        {
          field: "signedAt",
          description: "outside the accepted time",
          remedy: "call MakeCertificate again with the same order and a fresh signature, then issue; check the clock",
        },
      ],
    });
  }
}

const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;

function readTimestamp(text: string): number | undefined {
  const time = RFC3339.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

function invalid(message: string, keyId: string): Refusal {
  return new Refusal("ORIGIN_INVALID", message, { metadata: { keyId } });
}

function loadKey(id: string, pem: string): { key: KeyObject; hash: "sha256" | null } {
  try {
    const key = createPublicKey(pem);
    return { key, hash: originHash(key) };
  } catch (cause) {
    throw new Refusal("INVALID_FIELD", `origin key ${id}: not a P-256 or Ed25519 public key in PEM`, { cause });
  }
}
