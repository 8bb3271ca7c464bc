import { Refusal } from "../domain/refusal.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { CallContext } from "../runtime/service.ts";
import type { SyncContext } from "./context.ts";
import { linkedPeers } from "./topology.ts";

/** Node of the province that questions are passed to. Throws `PEER_AWAY` where none is configured. */
export function requireProvince({ province }: SyncContext): string {
  if (province !== undefined) return province;
  throw new Refusal("PEER_AWAY", "no province is configured, so other nodes cannot be asked");
}

/** Holds that the province asks, which keeps an archive of every node: no other node does. Throws `PERMISSION_DENIED`. */
export function requireAskedByProvince({ config }: Runtime, { caller }: CallContext): void {
  const asks = caller.kind === "node" && linkedPeers(config).find(({ node }) => node === caller.node);
  if (asks && asks.role === "province") return;
  throw new Refusal("PERMISSION_DENIED", "only the province may ask for the archive of this node");
}
