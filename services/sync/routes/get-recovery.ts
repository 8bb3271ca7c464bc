import type { StandingService } from "../../../proto/gen/ecert/sync/v1/standing_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { wireOf } from "../../node/standing-name.ts";
import type { SyncContext } from "../context.ts";
import { recoveryView } from "../recovery/recovery-view.ts";

/** How far the recovery is, or what the last one since the process began has brought back. */
export function getRecovery({
  recovery,
  standings,
  runtime,
}: SyncContext): Handlers<typeof StandingService>["getRecovery"] {
  return async () => {
    const run = recovery.current();
    return run ? { recovery: recoveryView(run, wireOf(standings.own().standing), runtime.config) } : {};
  };
}
