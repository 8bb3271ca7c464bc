import type { TokenService } from "../../../proto/gen/ecert/identity/v1/token_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { AppRoom } from "../apps/app-room.ts";
import { refusedApps } from "../apps/refusals.ts";

const PAGE_SIZE = 1_000;
/** Milliseconds after which a waiting call looks again by itself, for what other replicas stored. */
const LOOK_AGAIN_MS = 1_000;

/** Lists the apps whose tokens are refused though they have not ended; waits for a change, if asked to. */
export function listRefusedApps(context: AppRoom): Handlers<typeof TokenService>["listRefusedApps"] {
  return async ({ knownMark, waitMs, pageSize, pageToken }, call) => {
    const gone = AbortSignal.any([call.signal, context.runtime.signal]);
    const until = performance.now() + waitMs;
    for (;;) {
      const { apps, mark } = await refusedApps(context);
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
