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

/** Holds that the caller is a node that this one is linked to. Throws `PERMISSION_DENIED`. */
export function requireLinked({ config }: Runtime, { caller }: CallContext): void {
  if (caller.kind === "node" && linkedPeers(config).some(({ node }) => node === caller.node)) return;
  throw new Refusal("PERMISSION_DENIED", "only a node that this one is linked to may ask for its archive");
}
