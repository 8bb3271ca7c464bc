import { create, fromJson, type MessageInitShape } from "@bufbuild/protobuf";
import { CatalogItemContentSchema } from "../../../proto/gen/ecert/catalog/v1/catalog_item_pb.ts";
import {
  type ItemDraft,
  ItemDraftSchema,
  type ItemDraftState,
  type ItemDraftStep,
  type ItemDraftStepSchema,
} from "../../../proto/gen/ecert/catalog/v1/item_draft_pb.ts";
import type { Actor } from "../../domain/actor.ts";
import { instantOf } from "../../domain/instant.ts";
import {
  DRAFT_ACTIONS,
  DRAFT_STATES,
  type DraftAction,
  type DraftState,
  itemProcedure,
} from "../../domain/item-procedure.ts";
import { MAX_REMARK, stepsFor } from "../../domain/procedure.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { DraftDocument, DraftStep, ToldDifference } from "../stored/drafts.ts";

/** States in the order in which the contract numbers them from 1. */
const STATES = Object.keys(DRAFT_STATES) as DraftState[];

/** A state as the contract has it. */
export function contractState(state: DraftState): ItemDraftState {
  return (STATES.indexOf(state) + 1) as ItemDraftState;
}

/** The state that the contract names. */
export function stateNamed(state: ItemDraftState): DraftState {
  return STATES[state - 1] as DraftState;
}

/** A draft as it travels, whole and without what depends on who looks. */
export function wholeDraft(document: DraftDocument): ItemDraft {
  const { draft: id, node, code: itemCode, base: baseVersion, department: departmentCode, division } = document;
  return create(ItemDraftSchema, {
    ...{ id, node, itemCode, baseVersion, departmentCode, division },
    state: contractState(document.state),
    revision: BigInt(document.changes),
    content: fromJson(CatalogItemContentSchema, document.content),
    steps: document.steps.map(stepView),
    version: document.version ?? 0,
  });
}

/** A draft as a caller of this node sees it. */
export function draftView(document: DraftDocument, caller: Actor, ownNode: string): ItemDraft {
  const draft = wholeDraft(document);
  const name = draft.content?.name ?? "";
  return create(ItemDraftSchema, { ...draft, name, openActions: openActions(document, caller, ownNode) });
}

/** A draft in a list: without content, its steps without what they changed. */
export function listedDraft(document: DraftDocument, caller: Actor, ownNode: string): ItemDraft {
  const { content: _, steps, ...draft } = draftView(document, caller, ownNode);
  const short = steps.map((step) => ({ ...step, differences: [], moreDifferences: 0 }));
  return create(ItemDraftSchema, { ...draft, steps: short });
}

/** Steps that a caller may take now at this node. */
export function openActions(document: DraftDocument, caller: Actor, ownNode: string): DraftAction[] {
  if (caller.kind !== "staff" || document.turn !== ownNode) return [];
  return stepsFor(itemProcedure(document.division), document, caller);
}

/** A step as the contract has it. */
export function stepView(kept: DraftStep): MessageInitShape<typeof ItemDraftStepSchema> {
  const { action, account, name, department: departmentCode, division, at, remark } = kept;
  return {
    step: { action, account, name, departmentCode, division, at, remark },
    contentSha256: kept.contentSha256,
    baseVersion: kept.base,
    differences: kept.differences ?? [],
    moreDifferences: kept.more ?? 0,
  };
}

/** A step that another node tells, as it is kept. Refuses (`INVALID_FIELD`) one that could not be kept at home, or that this version does not know. */
export function keptStep({ step, contentSha256, baseVersion, differences, moreDifferences }: ItemDraftStep): DraftStep {
  // The field rules demand it.
  const { action = "", account = "", name = "", departmentCode = "", division = "", at = "", remark = "" } = step ?? {};
  if (!Object.hasOwn(DRAFT_ACTIONS, action)) {
    throw new Refusal(
      "INVALID_FIELD",
      "the draft has a step that this version does not know: bring this node to the sender's",
    );
  }
  if (Number.isNaN(instantOf(at)) || [...remark].length > MAX_REMARK)
    throw new Refusal(
      "INVALID_FIELD",
      `the draft has a step ${action} without a time, or with a remark that is too long`,
    );
  const told = differences.map(
    ({ pointer, label, kind, before, after }) => ({ pointer, label, kind, before, after }) as ToldDifference,
  );
  return {
    ...{ action: action as DraftAction, account, name, department: departmentCode, division, at, remark },
    ...{ contentSha256, base: baseVersion },
    ...(told.length > 0 && { differences: told }),
    ...(moreDifferences > 0 && { more: moreDifferences }),
  };
}
