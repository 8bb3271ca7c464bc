import { isProvince } from "../../host/place.ts";
import type { Peer } from "../wire/topology.ts";
import type { LoadedBlob } from "./blob-courier.ts";
import type { Flight } from "./flight.ts";

/** Events that go by one message, at most. */
export const GROUP_EVENTS = 32;
/** Bytes of blobs that go with them, at most: what has more goes piece by piece. */
const GROUP_BYTES = 1 << 20;

/** An event that flies, with its blobs. */
export interface LoadedFlight {
  flight: Flight;
  blobs: LoadedBlob[];
}

/**
 * What of the events that are due is sent next: those in front that go by one message, or else each by itself. A repetition goes alone, and so does all while the
 * stream is not reached (`reached`). The province is brought to a newer version before its nodes, so it reads what they send; they get each by itself.
 */
export function nextOf(due: readonly Flight[], reached: boolean, peer: Peer): { together: Flight[]; alone: Flight[] } {
  const rest = due.slice(0, GROUP_EVENTS);
  const end = rest.findIndex(({ taken, alone }) => !reached || !isProvince(peer) || taken > 0 || alone);
  const together = end < 0 ? rest : rest.slice(0, end);
  return { together, alone: rest.slice(together.length) };
}

/** Whether an event has more blobs than fit into a message with others. */
export function isHeavy({ blobs }: LoadedFlight): boolean {
  return weightOf(blobs) > GROUP_BYTES;
}

/** Cuts events into groups that fit into a message; what is heavy is a group by itself. */
export function groupsOf(loaded: readonly LoadedFlight[]): LoadedFlight[][] {
  const groups: LoadedFlight[][] = [];
  let weight = 0;
  for (const one of loaded) {
    const own = weightOf(one.blobs) + one.flight.event.payload.length;
    const last = groups.at(-1);
    weight += own;
    if (last && last.length < GROUP_EVENTS && weight <= GROUP_BYTES) last.push(one);
    else {
      groups.push([one]);
      weight = own;
    }
  }
  return groups;
}

function weightOf(blobs: readonly LoadedBlob[]): number {
  return blobs.reduce((sum, { content, front }) => sum + content.length + (front?.fixed?.length ?? 0), 0);
}
