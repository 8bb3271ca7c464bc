import type { StandingService } from "../../../proto/gen/ecert/sync/v1/standing_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { SyncContext } from "../context.ts";
import { currentRecovery } from "../recovery/recovery-view.ts";

/** How far the recovery is, or what the last one has brought back. */
export function getRecovery(context: SyncContext): Handlers<typeof StandingService>["getRecovery"] {
  return async () => currentRecovery(context);
}
