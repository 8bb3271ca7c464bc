import { createPublicKey, type KeyObject, verify } from "node:crypto";
import { readFileSync } from "node:fs";
import { Refusal } from "../services/domain/refusal.ts";

/** The province as this host knows it: its word counts by its key, whoever brings it. */
export interface Province {
  /** Division code of its node. */
  node: string;
  /** Holds an Ed25519 signature against its key. */
  verifies(signed: Uint8Array, signature: Uint8Array): boolean;
}

/** Reads the province's key: a public key or certificate in PEM. Throws `INVALID_FIELD` where it is none of Ed25519. */
export function loadProvince({ node, publicKeyFile }: { node: string; publicKeyFile: string }): Province {
  const key = loadNodeKey(publicKeyFile);
  return { node, verifies: (signed, signature) => verify(null, signed, key, signature) };
}

/** The public key of a node in a file: a public key or certificate in PEM. Throws `INVALID_FIELD` where it is none of Ed25519. */
export function loadNodeKey(file: string): KeyObject {
  let key: KeyObject;
  try {
    key = createPublicKey(readFileSync(file));
  } catch (cause) {
    throw new Refusal("INVALID_FIELD", `${file}: no public key or certificate in PEM: ${(cause as Error).message}`, {
      cause,
    });
  }
  if (key.asymmetricKeyType === "ed25519") return key;
  throw new Refusal("INVALID_FIELD", `${file}: the key of a node is Ed25519`);
}
