import { isWithinReach, type Reach } from "../../domain/permit.ts";
import { type Refusal, refuseField } from "../../domain/refusal.ts";
import { unread } from "../../domain/unread.ts";
import type { CatalogContext } from "../context.ts";
import type { DraftDocument } from "../stored/drafts.ts";

/** The draft of an id. Refuses (`DRAFT_UNKNOWN`) one that does not exist, and one beyond reach in the same words. */
export async function requireDraft({ drafts }: CatalogContext, id: string, reach: Reach): Promise<DraftDocument> {
  return reachedDraft(await drafts.get(id), id, reach);
}

/** What was read of a draft, if it lies within reach; see {@link requireDraft}. */
export function reachedDraft(document: DraftDocument | undefined, id: string, reach: Reach): DraftDocument {
  if (document && isWithinReach(reach, document)) return document;
  throw unknownDraft("id", id);
}

/** The refusal of an id that no draft has. */
export function unknownDraft(field: string, id: string): Refusal {
  const localized = `没有草案${id}，请从列表（ListDrafts）中选取`;
  return refuseField("DRAFT_UNKNOWN", field, `no draft ${id}`, "see ListDrafts", localized);
}

/** Refuses (`REVISION_CONFLICT`) what was decided by another revision of a draft than the one that there is. */
export function requireRevision({ changes }: DraftDocument, revision: bigint): void {
  if (BigInt(changes) !== revision) throw unread("revision", String(changes));
}
