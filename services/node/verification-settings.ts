import type { VerificationSettings } from "../call/pages/screens-site.ts";
import { isSandboxNode } from "../domain/sandbox.ts";
import type { NodeConfig } from "../host/config.ts";
import type { NodeKeys } from "../host/node-keys.ts";
import { provinceOf } from "../host/place.ts";

/** By whose word the verification page of this node judges: the province that the configuration names, with its key. */
export function verificationSettings(config: NodeConfig, keys: Pick<NodeKeys, "publicKeyOf">): VerificationSettings {
  const { code } = config.node;
  const node = provinceOf(config);
  const raw = node === undefined ? undefined : keys.publicKeyOf(node);
  return {
    ...(node !== undefined && raw && { province: { node, key: Buffer.from(raw).toString("base64url") } }),
    ...(isSandboxNode(code) && { sandbox: code }),
  };
}
