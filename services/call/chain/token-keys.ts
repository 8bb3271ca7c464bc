import { createHash, createPublicKey, type JsonWebKey, type KeyObject } from "node:crypto";
import { readFileSync } from "node:fs";
import type { NodeConfig } from "../../host/config.ts";

/** A public key for access tokens as others read it (RFC 7517). */
export interface PublishedKey extends JsonWebKey {
  kid: string;
  alg: "EdDSA";
  use: "sig";
}

/** Name of an Ed25519 key: its thumbprint (RFC 7638), so that every process gives the same key the same name. */
export function keyId(publicKey: KeyObject): string {
  const { crv, kty, x } = publicKey.export({ format: "jwk" });
  return createHash("sha256").update(JSON.stringify({ crv, kty, x })).digest("base64url");
}

/** Public keys whose access tokens are taken: the one that signs now, and those that signed before or will sign next. */
export interface TokenKeys {
  /** The key of a name; for a token that names none, which is from before keys had names, the one that signs now. */
  find(kid: string | undefined): KeyObject | undefined;
  /** All of them, as `/oauth2/jwks` publishes them, the one that signs now first. */
  readonly published: readonly PublishedKey[];
}

/** Puts keys together, the one that signs now first. The same key twice counts once. */
export function tokenKeys(publicKeys: readonly KeyObject[]): TokenKeys {
  const known = new Map(publicKeys.map((key) => [keyId(key), key]));
  return {
    find: (kid) => (kid === undefined ? publicKeys[0] : known.get(kid)),
    published: [...known].map(([kid, key]) => ({ ...key.export({ format: "jwk" }), kid, alg: "EdDSA", use: "sig" })),
  };
}

/** Reads the keys that a configuration names. */
export function loadTokenKeys({ tokens }: Pick<NodeConfig, "tokens">): TokenKeys {
  const files = [tokens.publicKeyFile, ...(tokens.otherPublicKeyFiles ?? [])];
  return tokenKeys(files.map((file) => createPublicKey(readFileSync(file))));
}
