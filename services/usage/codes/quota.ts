import { instantOf } from "../../domain/instant.ts";
import { Refusal } from "../../domain/refusal.ts";
import { DAY_INDEX, type DayCounters, openDayCounters } from "../../node/day-counters.ts";
import type { Runtime } from "../../node/runtime.ts";
import type { CollectionSpec } from "../../store/port.ts";

const DAY_MS = 24 * 3_600_000;

/** What is counted of an app, by days of Asia/Shanghai. */
export type Counted = "usageCodes" | "holders";

export const COUNTERS: CollectionSpec = { name: "usage_counters", indexes: [DAY_INDEX] };

/** Day quotas of apps; see {@link DayCounters}. */
export interface UsageQuota extends Omit<DayCounters<Counted>, "take"> {
  /** Counts one. Throws `RATE_EXCEEDED` with the time to midnight where the day's limit is reached. */
  take(counted: Counted, app: string, limit: number): Promise<void>;
}

/** Opens the counters. */
export async function openUsageQuota(runtime: Runtime): Promise<UsageQuota> {
  const counters = await openDayCounters<Counted>(runtime, COUNTERS, ["usageCodes", "holders"]);
  const { now } = runtime;

  return {
    ...counters,
    async take(counted, app, limit) {
      await counters.take(counted, app, limit, (day) => exceeded(day, app, counted, limit));
    },
  };

  function exceeded(day: string, app: string, counted: Counted, limit: number): Refusal {
    const what = counted === "usageCodes" ? "usage codes" : "pages of lists of holders' certificates";
    const midnight = instantOf(`${day}T00:00:00+08:00`) + DAY_MS;
    return new Refusal(
      "RATE_EXCEEDED",
      `app ${app} may ask for ${limit} ${what} a day at this node; wait for the next day, or ask the operator for a higher quota`,
      {
        retryAfterMs: Math.max(1, midnight - now().getTime()),
        metadata: { app, limit: String(limit) },
        localizedDetail: `应用${app}每天在本节点最多${counted === "usageCodes" ? `生成${limit}个用证码` : `查询${limit}页持证主体的证照`}，请次日再试，或请节点运维提高配额`,
      },
    );
  }
}
