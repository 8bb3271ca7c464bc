import type { DraftService } from "../../../proto/gen/ecert/catalog/v1/draft_service_pb.ts";
import { callerName } from "../../call/chain/caller.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { DraftAction } from "../../domain/item-procedure.ts";
import type { CatalogContext } from "../context.ts";
import { draftView } from "../drafts/draft-view.ts";
import { reachedDraft, requireRevision } from "../drafts/find-draft.ts";
import { keepDraft } from "../drafts/keep-draft.ts";
import { publishDraft } from "../drafts/publish-draft.ts";
import { personOf } from "../drafts/staff.ts";
import { isLastStep, steppedDraft } from "../drafts/step-draft.ts";

/** Steps in the order in which the contract numbers them from 1. */
const ACTIONS: readonly DraftAction[] = [
  ...(["submit", "recall", "withdraw", "return", "review", "object", "confirm"] as const),
  ...(["approve", "refuse", "publish"] as const),
];

/** 4.3.4, 6.2.3.2: takes a step of a draft; what is published becomes a version at once. */
export function takeDraftStep(context: CatalogContext): Handlers<typeof DraftService>["takeDraftStep"] {
  const ownNode = context.runtime.config.node.code;
  return async ({ id, revision, action, remark }, { caller, reach }) => {
    const wanted = { action: ACTIONS[action - 1] as DraftAction, remark, person: personOf(caller) };
    const stepped = await keepDraft(context, id, callerName(caller), async (old) => {
      const document = reachedDraft(old, id, reach);
      if (isLastStep(document, wanted, revision)) return document;
      requireRevision(document, revision);
      return steppedDraft(context, document, wanted);
    });
    const stored = stepped.unfinished ? await publishDraft(context, stepped) : stepped;
    return { draft: draftView(stored, caller, ownNode) };
  };
}
