import { generateKeyPairSync } from "node:crypto";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SANDBOX_MARK } from "../../services/domain/sandbox.ts";
import type { TrialNode } from "./plan.ts";

/** The key of a node's sandbox, by which its reports are known there (6.2.4). The sandbox itself is none of the trial's processes. Made once. */
export function sandboxKey(directory: string, { code }: Pick<TrialNode, "code">) {
  const node = `${SANDBOX_MARK}${code}`;
  const privateKeyFile = join(directory, `sandbox-${node}.key`);
  const publicKeyFile = join(directory, `sandbox-${node}.pub.pem`);
  if (!existsSync(privateKeyFile)) {
    const { privateKey, publicKey } = generateKeyPairSync("ed25519");
    writeFileSync(privateKeyFile, privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
    writeFileSync(publicKeyFile, publicKey.export({ type: "spki", format: "pem" }));
  }
  return { node, privateKeyFile, publicKeyFile };
}
