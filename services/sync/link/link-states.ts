import { instantOf } from "../../domain/instant.ts";
import type { SyncContext } from "../context.ts";
import type { Unseen } from "../send/outbox-relay.ts";
import type { SeenFault } from "./last-faults.ts";
import { linkState } from "./link-state.ts";
import type { PeerLink } from "./peer-link.ts";

type LinkState = ReturnType<typeof linkState> & { lastFault?: SeenFault };

const NOT_REACHED = "PEER_AWAY: the peer's stream has not taken the last event";

/** The links as operators and metrics see them. What lies in an outbox and was not seen yet counts as waiting too. */
export async function linkStates(context: SyncContext, signal: AbortSignal): Promise<LinkState[]> {
  const { links, relays, runtime } = context;
  const unseen = await Promise.all(
    // An owner that is away has nothing to tell; its events are counted when it is back.
    [...relays.values()].map((relay) => relay.unseen(signal).catch((): Unseen => ({ count: 0, since: undefined }))),
  );
  const unread = unseen.reduce((total, { count }) => total + count, 0);
  const oldest = Math.min(...unseen.flatMap(({ count, since }) => (count > 0 && since ? [instantOf(since)] : [])));
  const unreadLag = Number.isFinite(oldest) ? BigInt(Math.max(1, runtime.now().getTime() - oldest)) : 0n;

  return links.map((link: PeerLink) => {
    const state = linkState(link, context);
    const lastFault = context.lastFaults.note(state.node, state.streamFault || (state.connected ? "" : NOT_REACHED));
    // An event whose number is being stored is no longer unseen and not yet waiting at the sender.
    const seen = [...relays.values()].reduce((total, relay) => total + relay.awaiting(link.peer), 0);
    const pending = BigInt(Math.max(Number(state.pending), seen) + unread);
    const lagMs = unreadLag > state.lagMs ? unreadLag : state.lagMs;
    return { ...state, pending, lagMs, ...(lastFault && { lastFault }) };
  });
}
