import type { PresentedUse, UsageGround } from "../../../proto/gen/ecert/sync/v1/exchange_service_pb.ts";
import type { PresentationService } from "../../../proto/gen/ecert/usage/v1/presentation_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { UsageContext } from "../context.ts";
import { spend } from "../presentations/spend.ts";

/** 5.7.4: a presentation of this node, for an app of another. */
export function spendPresentation(context: UsageContext): Handlers<typeof PresentationService>["spendPresentation"] {
  return async ({ presentation, ...asked }, call) => {
    const { ground, use } = asked as { ground: UsageGround; use: PresentedUse };
    return { redeemed: await spend(context, { presentation, ground, use }, call) };
  };
}
