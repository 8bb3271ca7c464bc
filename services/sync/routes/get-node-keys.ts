import type { StatusService } from "../../../proto/gen/ecert/sync/v1/status_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { SyncContext } from "../context.ts";
import { createDownloadLimit } from "../publish/download-limit.ts";

/** The list of nodes' keys, as the province signed it. Refused: `RATE_EXCEEDED` where one address asks too often. */
export function getNodeKeys({ nodeKeys, runtime }: SyncContext): Handlers<typeof StatusService>["getNodeKeys"] {
  const admit = createDownloadLimit(runtime.monotonic);
  return async (_, call) => {
    admit(call);
    if (!nodeKeys)
      throw new Refusal("UNIMPLEMENTED", "no province is configured, whose list of keys could be passed on");
    const { bytes, builtAt } = await nodeKeys.current();
    return { keys: bytes, builtAt };
  };
}
