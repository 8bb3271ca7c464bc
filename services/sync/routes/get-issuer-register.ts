import type { StatusService } from "../../../proto/gen/ecert/sync/v1/status_service_pb.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { Handlers } from "../../runtime/service.ts";
import type { SyncContext } from "../context.ts";

/** 5.8.3: the register of issuers, as the province signed it. */
export function getIssuerRegister({ register }: SyncContext): Handlers<typeof StatusService>["getIssuerRegister"] {
  return async () => {
    if (!register) throw new Refusal("PEER_AWAY", "no province is configured, whose register could be passed on");
    const { bytes, builtAt } = await register.current();
    return { register: bytes, builtAt };
  };
}
