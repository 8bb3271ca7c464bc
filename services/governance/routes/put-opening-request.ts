import type {
  OpeningRequest,
  OpeningRequestService,
} from "../../../proto/gen/ecert/governance/v1/opening_request_service_pb.ts";
import { callerName } from "../../call/chain/caller.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { StaffActor } from "../../domain/actor.ts";
import { canonicalJson } from "../../domain/canonical.ts";
import { EDITABLE_REQUEST, OPENING_REQUEST } from "../../domain/opening-procedure.ts";
import { refuseField } from "../../domain/refusal.ts";
import { changeStored } from "../../store/compare-and-set.ts";
import { DuplicateKey } from "../../store/port.ts";
import { reachedCase } from "../cases/case-record.ts";
import { overtaken, requireRevision } from "../cases/take-case-step.ts";
import { withWriting } from "../cases/writing-step.ts";
import type { GovernanceContext } from "../context.ts";
import { judgedRequest, subjectKey } from "../openings/judge-request.ts";
import type { OpeningRequestDocument } from "../openings/request-record.ts";
import { requestView, wantedOf } from "../openings/request-view.ts";
import { requireTakenBack } from "../openings/take-back.ts";
import { papersOf } from "../papers/paper-view.ts";

const TRIES = 20;

/** 6.4.5.1, 6.4.6.1: writes a request for an opening, or mends it. */
export function putOpeningRequest(
  context: GovernanceContext,
): Handlers<typeof OpeningRequestService>["putOpeningRequest"] {
  return async (asked, call) => {
    const { openingRequests, runtime } = context;
    const given = asked.request as OpeningRequest;
    const { id, departmentCode: department } = given;
    const person = call.caller as StaffActor;
    const { department: filledBy } = person;
    const papers = await papersOf(context, given.papers, filledBy, "request.papers");
    const division = await judgedRequest(context, given, papers, call);
    const [wanted, open] = [wantedOf(given), subjectKey(given)];
    const next = async (old: OpeningRequestDocument | undefined): Promise<OpeningRequestDocument> => {
      if (old) {
        reachedCase(old, id, call.reach);
        requireRevision(old, given.revision);
        requireEditable(old);
        requireTakenBack(old);
        if (canonicalJson(old.wanted) === canonicalJson(wanted)) return old;
      }
      await requireOnlyOne(context, open, id);
      await runtime.evidence.append("opening-request-put", { code: id, department, by: callerName(call.caller) });
      const state = old?.state ?? "draft";
      const steps = withWriting(old?.steps ?? [], "write", person, runtime.now());
      const own = {
        case: id,
        department,
        division,
        state,
        steps,
        wanted,
        papers,
        open,
        carried: 0,
      } as const;
      return { _id: id, revision: old?.revision ?? 1, ...own };
    };
    const patience = { tries: TRIES, spent: () => overtaken(id) };
    const stored = await changeStored<OpeningRequestDocument, OpeningRequestDocument>(
      openingRequests,
      id,
      next,
      patience,
    ).catch((error: unknown) => {
      // Another request was made one for the same at once.
      if (error instanceof DuplicateKey) overtaken(id);
      throw error;
    });
    return { request: requestView(stored, call.caller) };
  };
}

/** Refuses (`ALREADY_EXISTS`) a second request for the same while one is open. */
async function requireOnlyOne({ openingRequests }: GovernanceContext, open: string, id: string): Promise<void> {
  const other = await openingRequests.first({ index: "open", equals: [open] });
  if (!other || other.case === id) return;
  const description = `request ${other.case} for the same is open`;
  const localized = `已有相同内容的开通申请${other.case}在办理，请等待其办结或撤回`;
  throw refuseField("ALREADY_EXISTS", "request", description, "wait for it, or withdraw it", localized);
}

function requireEditable({ state }: OpeningRequestDocument): void {
  if (EDITABLE_REQUEST.includes(state)) return;
  const localized = `开通申请处于“${OPENING_REQUEST.states[state]}”，不能修改；请先退回`;
  throw refuseField("STEP_REFUSED", "request.id", `what is ${state} is not changed`, "have it sent back", localized);
}
