import type { StatusService } from "../../../proto/gen/ecert/sync/v1/status_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { SyncContext } from "../context.ts";
import { createDownloadLimit } from "../publish/download-limit.ts";

/** 5.8.3: the register of issuers, as the province signed it. Refused: `RATE_EXCEEDED` where one address asks too often. */
export function getIssuerRegister({
  register,
  runtime,
}: SyncContext): Handlers<typeof StatusService>["getIssuerRegister"] {
  const admit = createDownloadLimit(runtime.monotonic);
  return async ({ knownBuiltAt }, call) => {
    admit(call);
    if (!register) throw new Refusal("UNIMPLEMENTED", "no province is configured, whose register could be passed on");
    const { bytes, builtAt, asOf } = await (knownBuiltAt && call.caller.kind !== "public"
      ? register.anew()
      : register.current());
    return { register: builtAt === knownBuiltAt ? new Uint8Array() : bytes, builtAt, asOf };
  };
}
