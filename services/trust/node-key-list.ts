import { createPublicKey, type KeyObject } from "node:crypto";
import { canonicalBytes } from "../domain/canonical.ts";
import { type ListedKey, NODE_KEYS_SCHEMA, type NodeKeyList } from "../statement/node-key-list.ts";
import { nodeSignedBytes } from "../statement/node-signed.ts";

/** Writes a list: one object of canonical JSON, the province's signature as its last member. */
export function signedNodeKeyList(list: NodeKeyList, sign: (bytes: Uint8Array) => Uint8Array): Uint8Array {
  const { publisher, builtAt, nodes } = list;
  const text = Buffer.from(canonicalBytes({ schema: NODE_KEYS_SCHEMA, publisher, builtAt, nodes }));
  const signature = Buffer.from(sign(nodeSignedBytes(NODE_KEYS_SCHEMA, text))).toString("base64url");
  // "signature" sorts behind all other members.
  return Buffer.concat([text.subarray(0, -1), Buffer.from(`,"signature":"${signature}"}`)]);
}

/** The public key of a listed one. */
export function listedKey({ key }: Pick<ListedKey, "key">): KeyObject {
  return createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x: key }, format: "jwk" });
}
