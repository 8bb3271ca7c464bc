import type { DraftService } from "../../../proto/gen/ecert/catalog/v1/draft_service_pb.ts";
import { callerName } from "../../call/chain/caller.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { refuseField } from "../../domain/refusal.ts";
import type { CatalogContext } from "../context.ts";
import { draftView } from "../drafts/draft-view.ts";
import { begunDraft, editedDraft, isSameBeginning, type WantedContent } from "../drafts/edit-draft.ts";
import { reachedDraft, requireRevision } from "../drafts/find-draft.ts";
import { keepDraft } from "../drafts/keep-draft.ts";
import { personOf } from "../drafts/staff.ts";
import { requireTurn } from "../drafts/step-draft.ts";

/** 6.4.3.1, 6.4.3.2: begins a draft of a catalog item, or changes what it says. */
export function putDraft(context: CatalogContext): Handlers<typeof DraftService>["putDraft"] {
  const ownNode = context.runtime.config.node.code;
  return async ({ id, revision, itemCode, retires, content, remark }, { caller, reach }) => {
    const wanted: WantedContent = { id, itemCode, retires, content, remark, person: personOf(caller) };
    const stored = await keepDraft(context, id, callerName(caller), async (old) => {
      if (revision > 0n) {
        const document = reachedDraft(old, id, reach);
        const edited = editedDraft(context, document, wanted);
        requireTurn(document, ownNode);
        if (edited !== document) requireRevision(document, revision);
        return edited;
      }
      if (!old) return begunDraft(context, wanted);
      if (isSameBeginning(old, wanted)) return old;
      throw idTaken(id);
    });
    return { draft: draftView(stored, caller, ownNode) };
  };
}

function idTaken(id: string) {
  const remedy = "choose another id, or name the draft's revision to change it";
  const localized = "该标识已有其他草案，请换用其他标识；如需修改该草案，请填写其修订次数";
  return refuseField("ALREADY_EXISTS", "id", `draft ${id} is there already`, remedy, localized);
}
