import type { CallContext } from "../../call/chain/service.ts";
import { Refusal } from "../../domain/refusal.ts";
import { isProvince } from "../../host/place.ts";
import type { Runtime } from "../../node/runtime.ts";
import type { SyncContext } from "../context.ts";
import { linkedPeers } from "../wire/topology.ts";

/** Node of the province that questions are passed to. Throws `PEER_AWAY` where none is configured. */
export function requireProvince({ province }: SyncContext): string {
  if (province !== undefined) return province;
  throw new Refusal("PEER_AWAY", "no province is configured, so other nodes cannot be asked");
}

/**
 * The node whose archive whoever asks may copy: this node's own, where the province asks, which keeps an archive of every node; at the
 * province that of the city or department that asks, which may have lost some of it. Throws `PERMISSION_DENIED` for everybody else.
 */
export function archiveAskedFor({ config }: Runtime, { caller }: CallContext): string {
  const asks = caller.kind === "node" ? linkedPeers(config).find(({ node }) => node === caller.node) : undefined;
  if (!asks) throw new Refusal("PERMISSION_DENIED", "only the province may ask for the archive of this node");
  return isProvince(asks) ? config.node.code : asks.node;
}
