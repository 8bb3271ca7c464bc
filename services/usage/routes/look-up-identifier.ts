import type { VerifyService } from "../../../proto/gen/ecert/usage/v1/verify_service_pb.ts";
import type { CallLimit } from "../../call/chain/call-limit.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { requireIdentifierFor } from "../../domain/certificate-identifier.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { UsageContext } from "../context.ts";
import { statusFromArchives } from "../verification/archive-status.ts";
import { stateMessage } from "../verification/report-message.ts";

/**
 * What the status bundle tells everybody of an identifier, asked now. Whoever guesses identifiers learns nothing more: one in force and one that there
 * is not are answered alike.
 */
export function lookUpIdentifier(
  context: UsageContext,
  limit: CallLimit,
): Handlers<typeof VerifyService>["lookUpIdentifier"] {
  const { runtime } = context;
  return async ({ identifier }, call) => {
    limit.admit(call.address);
    requireIdentifierFor(runtime.config.node.code, identifier);
    const status = await statusFromArchives(context, call).statusOf(identifier, {});
    if (status === undefined)
      throw new Refusal("PEER_AWAY", "neither the node of this certificate nor the archive can be asked now");
    if (status === "unrecorded" || status.state === "issued")
      return { state: stateMessage({ state: "notListed", source: "none" }) };
    const { state, since, source, asOf } = status;
    return { state: stateMessage({ state, source, asOf, ...(since !== undefined && { since }) }) };
  };
}
