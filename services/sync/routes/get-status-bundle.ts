import type { StatusService } from "../../../proto/gen/ecert/sync/v1/status_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { SyncContext } from "../context.ts";
import { createDownloadLimit } from "../publish/download-limit.ts";

/** The current status bundle, as the province signed it, for verification without a network. Refused: `RATE_EXCEEDED` where one address asks too often. */
export function getStatusBundle({ statuses, runtime }: SyncContext): Handlers<typeof StatusService>["getStatusBundle"] {
  const admit = createDownloadLimit(runtime.monotonic);
  return async (_, call) => {
    admit(call);
    if (!statuses)
      throw new Refusal("UNIMPLEMENTED", "no province is configured, whose status bundle could be passed on");
    const { bytes, builtAt } = await statuses.current();
    return { bundle: bytes, builtAt };
  };
}
