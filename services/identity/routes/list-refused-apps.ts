import type { TokenService } from "../../../proto/gen/ecert/identity/v1/token_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { AppRoom } from "../apps/app-room.ts";
import { type Refused, refusedApps } from "../apps/refusals.ts";

const PAGE_SIZE = 1_000;
/** Milliseconds after which a waiting call looks again by itself, for what other replicas stored. */
const LOOK_AGAIN_MS = 1_000;
/** How long a list is told again where nobody has written since, milliseconds: what is on it goes with the time of day, too. */
const KEPT_MS = 10_000;

/** Lists the apps whose tokens are refused though they have not ended; waits for a change, if asked to. */
export function listRefusedApps(context: AppRoom): Handlers<typeof TokenService>["listRefusedApps"] {
  const { runtime } = context;
  let last: { stamp: string; readAt: number; list: { apps: Refused[]; mark: string } } | undefined;

  /** The list as it is; many calls wait at once, and mostly nothing was written since the last one looked. */
  async function look() {
    const [stamp, readAt] = [runtime.store.stamp(), runtime.now().getTime()];
    if (last && last.stamp === stamp && Math.abs(readAt - last.readAt) < KEPT_MS) return last.list;
    const list = await refusedApps(context);
    last = stamp === undefined ? undefined : { stamp, readAt, list };
    return list;
  }

  return async ({ knownMark, waitMs, pageSize, pageToken }, call) => {
    const gone = AbortSignal.any([call.signal, runtime.signal]);
    const until = performance.now() + waitMs;
    for (;;) {
      const { apps, mark } = await look();
      const left = until - performance.now();
      if (mark !== knownMark || left <= 0 || gone.aborted) {
        const start = apps.findIndex(({ appKey }) => appKey > pageToken);
        const rest = start < 0 ? [] : apps.slice(start);
        const page = rest.slice(0, pageSize || PAGE_SIZE);
        return { apps: page, mark, nextPageToken: page.length < rest.length ? (page.at(-1)?.appKey ?? "") : "" };
      }
      await context.bell.wait(Math.min(left, LOOK_AGAIN_MS), gone);
    }
  };
}
