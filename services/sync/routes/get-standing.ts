import type { StandingService } from "../../../proto/gen/ecert/sync/v1/standing_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { wireOf } from "../../node/standing-name.ts";
import type { SyncContext } from "../context.ts";
import { peerStanding } from "../standing/peer-standing.ts";

/** Where this node stands: what its services ask before they give out anything new, and operators. */
export function getStanding({ standings, runtime }: SyncContext): Handlers<typeof StandingService>["getStanding"] {
  return async ({ waitMs }, { signal }) => {
    await standings.first(waitMs, signal);
    const { standing, detail } = standings.own();
    const peers = standings.links.map(peerStanding);
    return { standing: wireOf(standing), detail, peers, time: runtime.now().toISOString() };
  };
}
