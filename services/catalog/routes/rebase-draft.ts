import type { DraftService } from "../../../proto/gen/ecert/catalog/v1/draft_service_pb.ts";
import { callerName } from "../../call/chain/caller.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { CatalogContext } from "../context.ts";
import { draftView } from "../drafts/draft-view.ts";
import { reachedDraft, requireRevision } from "../drafts/find-draft.ts";
import { keepDraft } from "../drafts/keep-draft.ts";
import { rebasedDraft } from "../drafts/rebase-draft.ts";
import { personOf } from "../drafts/staff.ts";
import { requireTurn } from "../drafts/step-draft.ts";

/** 4.3.4: bases a draft on the newest published version, as a person chooses member by member. */
export function rebaseDraft(context: CatalogContext): Handlers<typeof DraftService>["rebaseDraft"] {
  const ownNode = context.runtime.config.node.code;
  return async ({ id, revision, ontoVersion: onto, choices, remark }, { caller, reach }) => {
    const person = personOf(caller);
    const stored = await keepDraft(context, id, callerName(caller), async (old) => {
      const document = reachedDraft(old, id, reach);
      const rebased = await rebasedDraft(context, document, { onto, choices, remark, person });
      requireTurn(document, ownNode);
      if (rebased !== document) requireRevision(document, revision);
      return rebased;
    });
    return { draft: draftView(stored, caller, ownNode) };
  };
}
