import { DAY_INDEX, type DayCounters, openDayCounters } from "../../node/day-counters.ts";
import type { Runtime } from "../../node/runtime.ts";
import type { CollectionSpec } from "../../store/port.ts";

/** Certificates that were handed to agents to be signed, by opening and day. */
export type IssueCounts = DayCounters<"issued">;

export const ISSUE_COUNTERS: CollectionSpec = { name: "issue_counters", indexes: [DAY_INDEX] };

/** Opens the counts. */
export function openIssueCounts(runtime: Runtime): Promise<IssueCounts> {
  return openDayCounters(runtime, ISSUE_COUNTERS, ["issued"]);
}
