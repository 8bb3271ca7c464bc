import type { PendingEvent } from "../../../proto/gen/ecert/event/v1/event_pb.ts";
import type { LinkService } from "../../../proto/gen/ecert/sync/v1/link_service_pb.ts";
import type { Handlers } from "../../runtime/service.ts";
import type { SyncContext } from "../context.ts";
import { linkState } from "../link-state.ts";
import type { PeerLink } from "../peer-link.ts";
import type { Peer } from "../topology.ts";

/** 5.7.2, 6.2.1.2: state of the links, for operators. What lies in an outbox and was not seen yet counts as waiting too. */
export function getLinks({ links, relays, runtime }: SyncContext): Handlers<typeof LinkService>["getLinks"] {
  async function unseenFor(peer: Peer, signal: AbortSignal): Promise<PendingEvent[]> {
    const found = [...relays.values()].map(async (relay) => {
      // An owner that is away has nothing to tell; its events are counted when it is back.
      return relay.unseen(peer, signal).catch(() => []);
    });
    return (await Promise.all(found)).flat();
  }

  async function stateOf(link: PeerLink, signal: AbortSignal) {
    const unseen = await unseenFor(link.peer, signal);
    const state = linkState(link, runtime);
    // An event whose number is being stored is no longer unseen and not yet waiting at the sender.
    const seen = [...relays.values()].reduce((total, relay) => total + relay.awaiting(link.peer), 0);
    const waiting = Math.max(Number(state.pending), seen);
    const oldest = Math.min(...unseen.map(({ occurredAt }) => Date.parse(occurredAt)));
    const setAside = await runtime.setAside.ofNode(link.peer.node);
    const lag = unseen.length > 0 ? BigInt(Math.max(1, runtime.now().getTime() - oldest)) : 0n;
    return {
      ...state,
      pending: BigInt(waiting + unseen.length),
      lagMs: lag > state.lagMs ? lag : state.lagMs,
      setAside: BigInt(setAside.count),
      oldestSetAside: setAside.oldest,
    };
  }

  return async (_request, { signal }) => ({ links: await Promise.all(links.map((link) => stateOf(link, signal))) });
}
