import { fromBinary } from "@bufbuild/protobuf";
import { type ItemDraftDecision, ItemDraftDecisionSchema } from "../../../proto/gen/ecert/catalog/v1/item_draft_pb.ts";
import { checkFieldRules } from "../../call/request/field-rules.ts";
import { digestOf } from "../../domain/canonical.ts";
import { isOfTop, replayed } from "../../domain/item-procedure.ts";
import { Refusal } from "../../domain/refusal.ts";
import { provinceOf } from "../../host/place.ts";
import type { CatalogContext } from "../context.ts";
import { changed } from "../issuers/owners.ts";
import type { DraftDocument } from "../stored/drafts.ts";
import { isSignedBy, keptDecision } from "./decision.ts";
import { keptStep } from "./draft-view.ts";
import { unknownDraft } from "./find-draft.ts";
import { standing } from "./keep-draft.ts";

/**
 * 4.3.4, 5.7.3: takes over what the province, proven as the sender, has decided of a draft of this node; resolves to whether it was new. Only steps
 * of the province are taken over, behind those that were taken here, and only while it is its turn. What it says of another node's draft is passed over.
 * Where the province has signed it, it is kept as it is, so that a province which loses what it decided finds its own word here.
 */
export async function takeDecision(context: CatalogContext, payload: Uint8Array): Promise<boolean> {
  const decision = parsed(payload);
  checkFieldRules(ItemDraftDecisionSchema, decision);
  if (decision.node !== context.runtime.config.node.code) return false;
  let isNew = false;
  await changed(context, context.drafts, decision.id, async (old) => {
    if (!old) throw unknownDraft("event.payload", decision.id);
    isNew = BigInt(old.changes) < decision.revision;
    if (!isNew) return old;
    const next = decided(context, old, decision);
    const { draft, code, changes, state } = next;
    await context.runtime.evidence.append("item-draft-decided", { draft, code, revision: changes, state });
    return next;
  });
  return isNew;
}

function decided(context: CatalogContext, old: DraftDocument, decision: ItemDraftDecision): DraftDocument {
  const steps = decision.steps.map(keptStep);
  const added = steps.slice(old.steps.length);
  const isBehind = digestOf(steps.slice(0, old.steps.length)) === digestOf(old.steps);
  const isTheirTurn = old.state === "confirmed" || old.state === "approved";
  if (!isTheirTurn || !isBehind || !added.every(({ action }) => isOfTop(action))) {
    const message = `the province's decision on draft ${old.draft} does not go on from what was sent to it`;
    throw new Refusal("STEP_REFUSED", message, { metadata: { draft: old.draft } });
  }
  const { openCode: _, before: _before, pending: _pending, pendingSince: _since, ...rest } = old;
  return {
    ...rest,
    ...standing(context, old, replayed(old, steps)),
    ...{ steps, changes: Number(decision.revision) },
    ...(decision.version > 0 && { version: decision.version }),
    ...(isSignedBy(context.runtime, provinceOf(context.runtime.config) ?? "", decision) && keptDecision(decision)),
  };
}

function parsed(payload: Uint8Array): ItemDraftDecision {
  try {
    return fromBinary(ItemDraftDecisionSchema, payload, { readUnknownFields: false });
  } catch (cause) {
    throw new Refusal("INVALID_FIELD", "the payload is no ItemDraftDecision", { cause });
  }
}
