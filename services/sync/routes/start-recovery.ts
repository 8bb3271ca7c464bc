import type { StandingService } from "../../../proto/gen/ecert/sync/v1/standing_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { wireOf } from "../../node/standing-name.ts";
import type { SyncContext } from "../context.ts";
import { recoveryView } from "../recovery/recovery-view.ts";

/** 4.6.2: begins to bring this node forward after an older copy of it was started; one that runs is the answer. */
export function startRecovery({
  recovery,
  standings,
  runtime,
}: SyncContext): Handlers<typeof StandingService>["startRecovery"] {
  return async ({ dryRun, acceptLosses }) => {
    const run = recovery.start({ dryRun, acceptLosses });
    return { recovery: recoveryView(run, wireOf(standings.own().standing), runtime.config) };
  };
}
