import { create, fromBinary, toBinary, toJson } from "@bufbuild/protobuf";
import {
  type ItemDraft,
  type ItemDraftDecision,
  ItemDraftDecisionSchema,
} from "../../../proto/gen/ecert/catalog/v1/item_draft_pb.ts";
import { digestOf } from "../../domain/canonical.ts";
import { isOfTop } from "../../domain/item-procedure.ts";
import type { Runtime } from "../../node/runtime.ts";
import { nodeSignedBytes } from "../../statement/node-signed.ts";
import type { DraftDocument } from "../stored/drafts.ts";
import { keptStep, stepView, wholeDraft } from "./draft-view.ts";

type Signer = Pick<Runtime, "nodeKey">;
type Verifier = Pick<Runtime, "verifyNode">;

/** At the province: what it has decided of a city's draft, signed; `undefined` where it has not decided anything yet. */
export function signedDecision({ nodeKey }: Signer, document: DraftDocument): ItemDraftDecision | undefined {
  const { draft: id, node, changes, version = 0 } = document;
  const last = document.steps.findLastIndex(({ action }) => isOfTop(action));
  if (last < 0) return undefined;
  const steps = document.steps.slice(0, last + 1).map(stepView);
  const decision = create(ItemDraftDecisionSchema, { id, node, revision: BigInt(changes), steps, version });
  decision.signature = Uint8Array.from(nodeKey.sign(signedBytes(decision)));
  return decision;
}

/** Whether a province has signed just this decision. */
export function isSignedBy({ verifyNode }: Verifier, province: string, decision: ItemDraftDecision): boolean {
  return decision.signature.length === 64 && verifyNode(province, signedBytes(decision), decision.signature);
}

/** How many of the first steps that a city tells of a draft this province has signed itself. */
export function ownWord(runtime: Verifier, own: string, { id, node, steps, decision }: ItemDraft): number {
  if (!decision || decision.id !== id || decision.node !== node || !isSignedBy(runtime, own, decision)) return 0;
  const signed = decision.steps.map(keptStep);
  const told = steps.slice(0, signed.length).map(keptStep);
  return digestOf(told) === digestOf(signed) ? signed.length : 0;
}

/** A city's draft as it travels, with the last decision of the province as that signed it. */
export function toldDraft(document: DraftDocument): ItemDraft {
  const draft = wholeDraft(document);
  if (document.decision !== undefined)
    draft.decision = fromBinary(ItemDraftDecisionSchema, Buffer.from(document.decision, "base64"));
  return draft;
}

/** What a city keeps of a decision, to show it to the province if that should lose it. */
export function keptDecision(decision: ItemDraftDecision | undefined): Pick<DraftDocument, "decision"> {
  if (!decision || decision.signature.length === 0) return {};
  return { decision: Buffer.from(toBinary(ItemDraftDecisionSchema, decision)).toString("base64") };
}

/** The steps as they are told, without the revision: what the province decided does not depend on when it is told. */
function signedBytes({ id, node, steps, version }: ItemDraftDecision): Uint8Array {
  const said = create(ItemDraftDecisionSchema, { id, node, steps, version });
  return nodeSignedBytes("ecert.item-draft-decision.v1", toJson(ItemDraftDecisionSchema, said));
}
