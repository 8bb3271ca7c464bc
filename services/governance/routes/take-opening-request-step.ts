import type { OpeningRequestService } from "../../../proto/gen/ecert/governance/v1/opening_request_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { OPENING_REQUEST } from "../../domain/opening-procedure.ts";
import { takeCaseStep } from "../cases/take-case-step.ts";
import type { GovernanceContext } from "../context.ts";
import { judgedRequest } from "../openings/judge-request.ts";
import type { OpeningRequestDocument } from "../openings/request-record.ts";
import { requestActionOf, requestView, wantedIn } from "../openings/request-view.ts";
import { requireReports } from "../openings/require-reports.ts";
import { requireTakenBack } from "../openings/take-back.ts";

/** 6.2.4.2, 6.2.4.4: takes a step of a request. What was confirmed the node brings into the catalog at once. */
export function takeOpeningRequestStep(
  context: GovernanceContext,
): Handlers<typeof OpeningRequestService>["takeOpeningRequestStep"] {
  return async ({ id, action: asked, remark, revision }, call) => {
    const { openingRequests, runtime, carriers } = context;
    const action = requestActionOf(asked);
    const judged = async (before: OpeningRequestDocument): Promise<Partial<OpeningRequestDocument>> => {
      requireTakenBack(before);
      if (action === "submit" || action === "confirm") {
        await judgedRequest(context, wantedIn(before), before.papers, call);
        await requireReports(context, before, call);
      }
      if (action === "withdraw") return { open: undefined };
      if (action === "confirm") return { work: "carry", carried: 0 };
      // Half-way: what it has brought in goes back before anything else is done with it.
      return action === "return" && before.state === "confirmed" ? { work: "takeBack" } : {};
    };
    const room = { collection: openingRequests, runtime, procedure: OPENING_REQUEST };
    const wanted = { id, action, remark, revision, evidence: "opening-request-step", judged };
    const stored = await takeCaseStep(room, wanted, call);
    if (stored.work) carriers.openings.wake();
    return { request: requestView(stored, call.caller) };
  };
}
