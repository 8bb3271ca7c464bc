import { fromBinary, toJson } from "@bufbuild/protobuf";
import {
  type CatalogItemContent,
  CatalogItemContentSchema,
} from "../../../proto/gen/ecert/catalog/v1/catalog_item_pb.ts";
import { type ItemDraft, ItemDraftSchema } from "../../../proto/gen/ecert/catalog/v1/item_draft_pb.ts";
import { checkFieldRules } from "../../call/request/field-rules.ts";
import { digestOf, type JsonObject } from "../../domain/canonical.ts";
import { isWithin } from "../../domain/division.ts";
import { isOfTop, placeOf, replayed } from "../../domain/item-procedure.ts";
import { Refusal } from "../../domain/refusal.ts";
import { isProvince } from "../../host/place.ts";
import { DuplicateKey } from "../../store/port.ts";
import type { CatalogContext } from "../context.ts";
import { changed } from "../issuers/owners.ts";
import { checkContent } from "../registry/check-content.ts";
import { knownDepartment, speaksFor } from "../registry/departments.ts";
import type { DraftDocument, DraftStep } from "../stored/drafts.ts";
import { ownWord } from "./decision.ts";
import { keptStep } from "./draft-view.ts";
import { baseOutdated, standing } from "./keep-draft.ts";

/**
 * 4.3.4, 5.7.3: takes over at the province what a city tells of a draft of one of its departments; resolves to whether it was new. The steps of
 * the city's people are that city's word, held to the procedure; those of the province count only as they were taken here, or, where this is an
 * older copy, as it has signed them itself. While it is the province's turn a city says nothing. `dryRun` stores nothing. Throws `PERMISSION_DENIED`,
 * `STEP_REFUSED`, `ALREADY_EXISTS` (another content under a revision), `BASE_OUTDATED`, and what the procedure and the content's rules refuse.
 */
export async function takeDraft(
  context: CatalogContext,
  sender: string,
  payload: Uint8Array,
  { dryRun = false } = {},
): Promise<boolean> {
  requireCity(context, sender);
  const { runtime } = context;
  const told = readDraft(payload);
  const said = ownWord(runtime, runtime.config.node.code, told);
  const sent = { ...(await sentDraft(context, sender, told)), ...(said > 0 && published(told)) };
  const judged = (old: DraftDocument | undefined) => {
    if (old && isThere(old, sent)) return false;
    requireGoesOn(old, sent, said);
    return true;
  };
  if (dryRun) return judged(await context.drafts.get(sent._id));
  let isNew = false;
  const stored = changed(context, context.drafts, sent._id, async (old) => {
    isNew = judged(old);
    if (old && !isNew) return old;
    const { draft, code, changes, content } = sent;
    await runtime.evidence.append("item-draft-taken-over", {
      draft,
      code,
      revision: changes,
      node: sender,
      sha256: digestOf(content),
    });
    return sent;
  });
  await stored.catch((error: unknown) => {
    throw error instanceof DuplicateKey ? baseOutdated("another draft of the same version was published first") : error;
  });
  return isNew;
}

/** What is kept of a draft that this province has published: two of one base never both are. */
function published({ itemCode, baseVersion, decision }: ItemDraft): Pick<DraftDocument, "slot" | "version"> {
  const version = decision?.version ?? 0;
  return version > 0 ? { slot: `${itemCode}/${baseVersion}`, version } : {};
}

function requireCity({ runtime: { config } }: CatalogContext, sender: string): void {
  const peer = config.peers.find(({ node }) => node === sender);
  if (isProvince(config.node) && peer && !isProvince(peer)) return;
  throw new Refusal("PERMISSION_DENIED", `this node takes no drafts of node ${sender}`, { metadata: { node: sender } });
}

/** Reads a draft that another node sent, held to the field rules of its contract. */
function readDraft(payload: Uint8Array): ItemDraft {
  return requireRules(parsed(payload));
}

/** A draft of another node, held to the field rules of its contract. */
export function requireRules(draft: ItemDraft): ItemDraft {
  checkFieldRules(ItemDraftSchema, draft);
  if (draft.content && draft.steps.length > 0 && draft.revision <= BigInt(Number.MAX_SAFE_INTEGER)) return draft;
  throw new Refusal("INVALID_FIELD", "a draft without content or steps, or that changed more often than anything can");
}

function parsed(payload: Uint8Array): ItemDraft {
  try {
    return fromBinary(ItemDraftSchema, payload, { readUnknownFields: false });
  } catch (cause) {
    throw new Refusal("INVALID_FIELD", "the payload is no ItemDraft", { cause });
  }
}

/**
 * What is kept of a draft of a node as it was sent, by itself or, to itself, by the province: its department is the node's, and its state what its steps
 * lead to.
 */
export async function sentDraft(context: CatalogContext, node: string, told: ItemDraft): Promise<DraftDocument> {
  const { id, itemCode: code, baseVersion: base, departmentCode: department, division } = told;
  if (told.node !== node || !id.startsWith(`${node}-`)) throw notTheirs(node, `draft ${id} is not one of node ${node}`);
  if (!(await speaksFor(context, { node, departmentCode: department })))
    throw notTheirs(node, `department ${department} is not one of node ${node}`);
  const content = toJson(CatalogItemContentSchema, told.content as CatalogItemContent) as JsonObject;
  const steps = told.steps.map(keptStep);
  const last = steps.at(-1) as DraftStep;
  if (content.keeperCode !== department || last.contentSha256 !== digestOf(content) || last.base !== base)
    throw new Refusal("INVALID_FIELD", `draft ${id} does not say what its last step was taken for`);
  // What was not taken back may be unfinished.
  const state = replayed({ department, division }, steps);
  const known = placeOf(state) === "ended" ? undefined : await knownDepartment(context, department);
  if ((known && known.division !== division) || !isWithin(division, node))
    throw notTheirs(node, `department ${department} does not serve ${division}`);
  if (state === "confirmed") checkContent(told.content as CatalogItemContent);
  for (const { account, division: from, action } of steps) {
    if (isOfTop(action) || (account.startsWith(`${node}-`) && isWithin(from, node))) continue;
    throw notTheirs(node, `step ${action} of draft ${id} was not taken by somebody of node ${node}`);
  }
  return {
    ...{ _id: id, revision: 1, draft: id, node, code, base, department, division },
    ...{ content, steps, changes: Number(told.revision) },
    ...standing(context, { node, code }, state),
  };
}

/** Whether a draft is there as it was sent, or further on. Refuses (`ALREADY_EXISTS`) two contents under one revision. */
function isThere(old: DraftDocument, sent: DraftDocument): boolean {
  if (old.changes > sent.changes) return true;
  if (old.changes < sent.changes) return false;
  if (digestOf(old.steps) === digestOf(sent.steps)) return true;
  const message = `two contents under revision ${sent.changes} of draft ${sent.draft} of node ${sent.node}`;
  throw new Refusal("ALREADY_EXISTS", message, { metadata: { draft: sent.draft, node: sent.node } });
}

/**
 * Holds that what was sent goes on from what is there, and says of the province's own steps nothing else than was taken here, or, of the first `said`
 * steps, than it has signed.
 */
function requireGoesOn(old: DraftDocument | undefined, sent: DraftDocument, said: number): void {
  const { draft, node, steps } = sent;
  const before = old?.steps ?? [];
  // The province has decided behind what is here: this is an older copy.
  const isOlder = said > before.length;
  if (old && old.turn !== node && !isOlder) {
    const message = `draft ${draft} is at the province: node ${node} changes nothing of it`;
    throw new Refusal("STEP_REFUSED", message, { metadata: { draft, node } });
  }
  const added = steps.slice(Math.max(before.length, said));
  const isBehind = digestOf(steps.slice(0, before.length)) === digestOf(before);
  if (isBehind && !added.some(({ action }) => isOfTop(action)) && sent.code === (old?.code ?? sent.code)) return;
  throw notTheirs(
    node,
    `draft ${draft} tells other steps than were taken: those of the province are not its node's to say`,
  );
}

function notTheirs(node: string, message: string): Refusal {
  return new Refusal("PERMISSION_DENIED", message, { metadata: { node } });
}
