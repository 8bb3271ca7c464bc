import type { ItemDraft } from "../../../proto/gen/ecert/catalog/v1/item_draft_pb.ts";
import type { RegistryRecoveryService } from "../../../proto/gen/ecert/catalog/v1/registry_recovery_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { shownTo } from "../../registry/recovery/shown-to.ts";
import type { CatalogContext } from "../context.ts";
import { signedDecision, toldDraft } from "../drafts/decision.ts";
import { placeOf, tokenOf } from "../lists/list-place.ts";
import type { DraftDocument } from "../stored/drafts.ts";

/** Drafts of a page where the caller names no number. */
const PAGE_SIZE = 50;
/** A page ends behind so many characters of contents: one may have two megabytes. */
const PAGE_CHARACTERS = 2 << 20;
/** Documents that are read at a time. */
const AT_ONCE = 4;
const CHANGES_CONTENT: ReadonlySet<string> = new Set(["edit", "configure", "rebase"]);

/** 4.3.4: lists the drafts of a node as they were told last, by identifier. */
export function listNodeDrafts(context: CatalogContext): Handlers<typeof RegistryRecoveryService>["listNodeDrafts"] {
  const { drafts, runtime } = context;
  const own = runtime.config.node.code;

  function told(document: DraftDocument): ItemDraft[] {
    if (document.node === own) return isHandedOn(document) ? [toldDraft(document)] : [];
    // Whose publication is not seen to its end yet hears of it by its event.
    if (document.unfinished) return [];
    const draft = toldDraft(document);
    const decision = signedDecision(runtime, document);
    return [decision ? Object.assign(draft, { decision }) : draft];
  }

  return async ({ pageSize, pageToken }, { caller }) => {
    const node = shownTo(context, caller);
    const limit = pageSize || PAGE_SIZE;
    let [after = ""] = placeOf(pageToken, 1);
    const found: ItemDraft[] = [];
    for (let characters = 0; ; ) {
      const { items, next } = await drafts.query({
        ...{ index: "nodes", equals: [node], limit: Math.min(AT_ONCE, limit - found.length) },
        ...(after !== "" && { after }),
      });
      for (const document of items) {
        found.push(...told(document));
        characters += JSON.stringify(document.content).length;
      }
      after = next ?? "";
      const isFull = found.length >= limit || (found.length > 0 && characters >= PAGE_CHARACTERS);
      if (next === undefined || isFull) return { drafts: found, nextPageToken: after === "" ? "" : tokenOf([after]) };
    }
  };
}

/** Whether a draft stands as it was handed on last: what its people changed since is not told before they hand it on again. */
function isHandedOn({ steps }: DraftDocument): boolean {
  const last = steps.at(-1)?.action ?? "edit";
  return !CHANGES_CONTENT.has(last) && steps.some(({ action }) => action === "submit");
}
