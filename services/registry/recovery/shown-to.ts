import type { Actor } from "../../domain/actor.ts";
import { Refusal } from "../../domain/refusal.ts";
import { isProvince } from "../../host/place.ts";
import type { Runtime } from "../../node/runtime.ts";

/**
 * Whose registry records a node may list here: the province those of the node that is asked, a node those that the province keeps of
 * it. Refuses (`PERMISSION_DENIED`) whoever is neither.
 */
export function shownTo({ runtime: { config } }: { runtime: Runtime }, caller: Actor): string {
  const peer = caller.kind === "node" ? config.peers.find(({ node }) => node === caller.node) : undefined;
  if (peer && isProvince(peer)) return config.node.code;
  if (peer && isProvince(config.node)) return peer.node;
  const node = caller.kind === "node" ? caller.node : "";
  throw new Refusal(
    "PERMISSION_DENIED",
    "registry records are listed to the node that they are of, and to its province",
    {
      metadata: { node },
    },
  );
}
