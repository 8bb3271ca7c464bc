import { type Alarm, LAG_MS } from "../../domain/alarm.ts";
import { isBeyond } from "../../node/standing-name.ts";
import type { SyncContext } from "../context.ts";
import { reasonIn } from "./last-faults.ts";
import { linkStates } from "./link-states.ts";

/** What needs care of the links to other nodes (5.7.2). Of a link that is cut it is not told besides that what waits for it waits. */
export async function syncAlarms(context: SyncContext, signal: AbortSignal): Promise<Alarm[]> {
  const { standings, forks, runtime } = context;
  const states = await linkStates(context, signal);
  return states.flatMap((state): Alarm[] => {
    const { node, connected, streamFault, lagMs } = state;
    const stuck = "stuck" in state ? state.stuck : undefined;
    const about = { urgent: true, subject: node };
    const standing = standings.of(node);
    const behind = standing && isBeyond(standing.own);
    const records = forks.count(node);
    const found: Alarm[] = [];
    if (!connected || streamFault !== "")
      found.push({ kind: "LINK_CUT", ...about, told: { reason: reasonIn(streamFault) } });
    else if (stuck)
      found.push({
        ...{ kind: "LINK_STUCK", ...about, told: { reason: stuck.reason ?? "INTERNAL" } },
        ...(stuck.since && { since: stuck.since }),
      });
    else if (Number(lagMs) > LAG_MS)
      found.push({ kind: "LINK_LAGGING", ...about, since: before(runtime.now(), Number(lagMs)) });
    if (behind) found.push({ kind: "NODE_BEHIND", ...about });
    if (records > 0) found.push({ kind: "RECORDS_FORKED", ...about, told: { count: records } });
    return found;
  });
}

function before(at: Date, ms: number): string {
  return new Date(at.getTime() - ms).toISOString();
}
