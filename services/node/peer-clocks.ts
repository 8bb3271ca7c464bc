import type { GetStandingResponse } from "../../proto/gen/ecert/sync/v1/standing_service_pb.ts";
import { instantOf } from "../domain/instant.ts";
import type { ClockWatch } from "../host/clock-watch.ts";

/** A comparison that is older says nothing of clocks: one of them may have been set since. Milliseconds. */
const FRESH_MS = 10_000;

/** What is needed to pass on what the sync service knows of peers' clocks, in a process without it. */
export interface PeerClockParts {
  clock: Pick<ClockWatch, "observed">;
  now(): Date;
}

/** Tells the clock watch of this process what the sync service has found of its peers' clocks; each comparison once, while it is fresh. */
export function createPeerClocks({
  clock,
  now,
}: PeerClockParts): (answer: GetStandingResponse, tookMs: number) => void {
  const told = new Map<string, string>();
  return ({ time, peers }, tookMs) => {
    const speaks = instantOf(time);
    const syncAhead = speaks - now().getTime();
    for (const { node, comparedAt, clockDifferenceMs, clockUncertaintyMs } of peers) {
      if (comparedAt === "" || told.get(node) === comparedAt) continue;
      told.set(node, comparedAt);
      const age = speaks - instantOf(comparedAt);
      if (!(Math.abs(age) <= FRESH_MS)) continue;
      clock.observed(`node ${node}`, Number(clockDifferenceMs) + syncAhead, Number(clockUncertaintyMs) + tookMs);
    }
  };
}
