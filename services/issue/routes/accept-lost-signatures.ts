import type { RecoveryService } from "../../../proto/gen/ecert/issue/v1/recovery_service_pb.ts";
import { callerName } from "../../call/chain/caller.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { IssueContext } from "../context.ts";

/** A person gives up what agents have signed and nobody has. */
export function acceptLostSignatures({ lost }: IssueContext): Handlers<typeof RecoveryService>["acceptLostSignatures"] {
  return async ({ identifiers }, { caller }) => ({
    left: BigInt(await lost.accept(identifiers, callerName(caller))),
  });
}
