import { createPublicKey, type KeyObject, verify } from "node:crypto";
import { readFileSync } from "node:fs";
import type { NodeConfig } from "./config.ts";

/** Checks an Ed25519 signature of a sandbox that a configuration names; false for all others, of production too. */
export type VerifySandbox = (node: string, bytes: Uint8Array, signature: Uint8Array) => boolean;

/** Loads the keys of sandboxes that a configuration names. */
export function loadSandboxKeys({ sandboxes = [] }: Pick<NodeConfig, "sandboxes">): VerifySandbox {
  const keys = new Map<string, KeyObject>(
    sandboxes.map(({ node, publicKeyFile }) => [node, createPublicKey(readFileSync(publicKeyFile))]),
  );
  return (node, bytes, signature) => {
    const key = keys.get(node);
    return key !== undefined && verify(null, bytes, key, signature);
  };
}
