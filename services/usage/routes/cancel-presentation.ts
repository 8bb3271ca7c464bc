import type { HolderService } from "../../../proto/gen/ecert/usage/v1/holder_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { changeStored } from "../../store/compare-and-set.ts";
import type { UsageContext } from "../context.ts";
import { holderOf } from "../find/own-certificates.ts";
import type { PresentationDocument } from "../presentations/presentation-record.ts";
import { spentPresentation, unknownPresentation } from "../presentations/presentation-refusals.ts";
import { holderKey } from "../uses/holder-uses.ts";

const FIELD = "presentation_id";

/** The holder takes back a presentation that nobody has redeemed; of the two, whoever is stored first counts. */
export function cancelPresentation(context: UsageContext): Handlers<typeof HolderService>["cancelPresentation"] {
  const { runtime, presentations } = context;
  return async ({ presentationId }, call) => {
    const holder = holderKey(holderOf(call));
    let withdrawn = false;
    const { withdrawnAt = "" } = await changeStored(presentations, presentationId, (old): PresentationDocument => {
      withdrawn = false;
      if (!old || old.holder !== holder) throw unknownPresentation(FIELD);
      if (old.claim) throw spentPresentation(old.claim.at, FIELD);
      if (old.withdrawnAt !== undefined) return old;
      withdrawn = true;
      return { ...old, withdrawnAt: runtime.now().toISOString() };
    });
    if (withdrawn) await runtime.evidence.append("presentation-withdrawn", { presentation: presentationId });
    call.note({ presentation: presentationId });
    return { withdrawnAt };
  };
}
