import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from "node:crypto";
import { readFileSync } from "node:fs";
import type { NodeConfig } from "./config.ts";

/** The node's own Ed25519 key, for events, receipts and evidence that leave the node. */
export interface NodeKey {
  /** Ed25519 signature, 64 bytes. */
  sign(bytes: Uint8Array): Uint8Array;
  /** Raw Ed25519 public key, 32 bytes. */
  readonly publicKey: Uint8Array;
}

/** The node's own key and the public keys of its peers. */
export interface NodeKeys {
  readonly own: NodeKey;
  /** Checks an Ed25519 signature of this node or of a configured peer; false for unknown nodes. */
  verify(node: string, bytes: Uint8Array, signature: Uint8Array): boolean;
  /** Raw Ed25519 public key of this node or of a configured peer. */
  publicKeyOf(node: string): Uint8Array | undefined;
}

/** Loads the keys that a configuration names. */
export function loadNodeKeys({ node, nodeKey, peers }: Pick<NodeConfig, "node" | "nodeKey" | "peers">): NodeKeys {
  const privateKey = createPrivateKey(readFileSync(nodeKey.privateKeyFile));
  const publicKeys = new Map<string, KeyObject>([[node.code, createPublicKey(privateKey)]]);
  for (const peer of peers) publicKeys.set(peer.node, createPublicKey(readFileSync(peer.publicKeyFile)));
  return {
    own: {
      sign: (bytes) => sign(null, bytes, privateKey),
      publicKey: rawKey(createPublicKey(privateKey)),
    },
    verify(from, bytes, signature) {
      const key = publicKeys.get(from);
      return key !== undefined && verify(null, bytes, key, signature);
    },
    publicKeyOf(node) {
      const key = publicKeys.get(node);
      return key && rawKey(key);
    },
  };
}

function rawKey(key: KeyObject): Uint8Array {
  return Buffer.from(key.export({ format: "jwk" }).x as string, "base64url");
}
