import { RecoveryService } from "../../../proto/gen/ecert/issue/v1/recovery_service_pb.ts";
import type { Runtime } from "../../node/runtime.ts";
import type { FollowSettled } from "../forks/follow-settled.ts";
import type { ForkNews } from "../standing/standing.ts";

/**
 * Passes on to this node's issue service which of its certificates have a second record at the province, and of which was decided, as every
 * comparison with it tells: the whole list, so that what is over is no longer among them, and each time, since the service may have been put
 * back to an older copy. What was settled for another record than its own is then followed. Where it cannot be told now, the next comparison
 * tells it again. Without `following` nobody is told: at the province, and where nothing is issued.
 */
export function createTellForked(
  { client, log }: Runtime,
  following: Pick<FollowSettled, "take"> | undefined,
): ForkNews["tellForked"] {
  if (!following) return async () => {};
  const recovery = client(RecoveryService, "issue");
  return async ({ identifiers, settled, count }) => {
    const told = identifiers.length;
    if (count > told) log.error({ told, count }, "more certificates have a second record than the province names");
    try {
      following.take((await recovery.setForked({ identifiers, settled })).toFollow);
    } catch (error) {
      log.warn(
        { told, cause: String(error) },
        "the issue service cannot be told now which certificates have a second record",
      );
    }
  };
}
