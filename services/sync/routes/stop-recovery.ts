import type { StandingService } from "../../../proto/gen/ecert/sync/v1/standing_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { SyncContext } from "../context.ts";
import { currentRecovery } from "../recovery/recovery-view.ts";

/** 4.6.2: stops the recovery that runs, and answers how it stands; the next one goes on with what is lacking. */
export function stopRecovery(context: SyncContext): Handlers<typeof StandingService>["stopRecovery"] {
  return async () => {
    await context.recovery.stop();
    return currentRecovery(context);
  };
}
