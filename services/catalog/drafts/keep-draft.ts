import { toBinary } from "@bufbuild/protobuf";
import { ItemDraftDecisionSchema, ItemDraftSchema } from "../../../proto/gen/ecert/catalog/v1/item_draft_pb.ts";
import { EventKind } from "../../../proto/gen/ecert/event/v1/event_pb.ts";
import { type DraftState, placeOf } from "../../domain/item-procedure.ts";
import { refuseField } from "../../domain/refusal.ts";
import { withEvent } from "../../event/pending-events.ts";
import { isProvince, provinceOf, provincePeer } from "../../host/place.ts";
import { DuplicateKey } from "../../store/port.ts";
import type { CatalogContext } from "../context.ts";
import { changed } from "../issuers/owners.ts";
import type { DraftDocument } from "../stored/drafts.ts";
import { signedDecision, toldDraft } from "./decision.ts";

/**
 * Changes a draft by compare-and-set, with evidence of the step before it is stored, and with the event that tells the other node. `next`
 * gives what shall be; the same object changes nothing. Throws `BASE_OUTDATED` where another draft of the same base was published first.
 */
export async function keepDraft(
  context: CatalogContext,
  id: string,
  by: string,
  next: (old: DraftDocument | undefined) => Promise<DraftDocument>,
): Promise<DraftDocument> {
  let changes = false;
  const step = async (old: DraftDocument | undefined) => {
    const given = await next(old);
    changes = given !== old;
    if (given === old) return old;
    const { code, steps } = given;
    const { action = "", contentSha256: sha256 = "" } = steps.at(-1) ?? {};
    const told = { draft: id, code, action, revision: given.changes, sha256, by };
    await context.runtime.evidence.append("item-draft-step", told);
    return withNews(context, old, given);
  };
  const stored = await changed(context, context.drafts, id, step).catch((error: unknown) => {
    throw error instanceof DuplicateKey ? baseOutdated("another draft of the same version was published first") : error;
  });
  if (changes) context.bell.ring();
  return stored;
}

/** The members of a draft that follow from its state. */
export function standing(
  { runtime: { config } }: CatalogContext,
  { node, code }: Pick<DraftDocument, "node" | "code">,
  state: DraftState,
): Pick<DraftDocument, "state" | "turn" | "openCode"> {
  const place = placeOf(state);
  const turn = place === "home" ? node : place === "top" ? (provinceOf(config) ?? "") : "";
  return { state, turn, ...(place !== "ended" && { openCode: code }) };
}

/** The refusal of a step of a draft whose base is no longer the newest version. */
export function baseOutdated(description: string) {
  const remedy = "compare it with the newest version (CompareDraft), and rebase it (RebaseDraft)";
  const localized = "草案所依据的版本之后已发布新的版本，请比对（CompareDraft）后逐项合并（RebaseDraft）";
  return refuseField("BASE_OUTDATED", "id", description, remedy, localized);
}

/** A city's draft goes up with each step that hands it on, the province's decision down; each in the place of what was not sent yet. */
function withNews(context: CatalogContext, old: DraftDocument | undefined, document: DraftDocument): DraftDocument {
  const { config, now } = context.runtime;
  const occurredAt = now().toISOString();
  const { changes: revision, node, pending: _pending, pendingSince: _since, ...rest } = document;
  const unsent = { ...rest, node, changes: revision };
  const key = `${document._id}:${revision}`;
  if (node === config.node.code) {
    const handedOn = old !== undefined && old.state !== document.state;
    const isKnown = document.steps.some(({ action }) => action === "submit");
    if (!handedOn || !isKnown || !provincePeer(config.peers)) return document;
    const payload = encoded(toBinary(ItemDraftSchema, toldDraft(document)));
    return withEvent(unsent, { key, kind: EventKind.ITEM_DRAFT_CHANGED, revision, payload, blobs: [], occurredAt });
  }
  // What came from its node needs no answer, and a publication is told once its version is there.
  if (!isProvince(config.node) || old === undefined || old.turn !== config.node.code) return document;
  return document.unfinished ? document : withDecision(context, unsent, occurredAt);
}

/** A city's draft with the event that tells its node what the province has decided, signed. */
export function withDecision(
  { runtime }: Pick<CatalogContext, "runtime">,
  document: DraftDocument,
  occurredAt: string,
): DraftDocument {
  const { _id: id, changes: revision } = document;
  const decision = signedDecision(runtime, document);
  if (!decision) return document;
  const payload = encoded(toBinary(ItemDraftDecisionSchema, decision));
  const key = `${id}:${revision}`;
  return withEvent(document, { key, kind: EventKind.ITEM_DRAFT_DECIDED, revision, payload, blobs: [], occurredAt });
}

function encoded(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
