import type { ItemDraft } from "../../../proto/gen/ecert/catalog/v1/item_draft_pb.ts";
import { digestOf } from "../../domain/canonical.ts";
import { Refusal } from "../../domain/refusal.ts";
import { provinceOf } from "../../host/place.ts";
import type { CatalogContext } from "../context.ts";
import { changed } from "../issuers/owners.ts";
import type { DraftDocument } from "../stored/drafts.ts";
import { isSignedBy, keptDecision } from "./decision.ts";
import { requireRules, sentDraft } from "./take-draft.ts";

/**
 * Takes a draft of this node back as the province keeps it, where that is further on than what is here; no event is made of it. It is held to the rules
 * by which it was sent there. Resolves to whether it was brought back; `dryRun` only looks. What waits here for a receipt goes on waiting: the
 * province passes over what is older. Throws `ALREADY_EXISTS` for another content under the same revision, and what those rules refuse.
 */
export async function restoreDraft(context: CatalogContext, told: ItemDraft, dryRun: boolean): Promise<boolean> {
  const { runtime, drafts } = context;
  const { config } = runtime;
  const own = config.node.code;
  const { version, decision } = requireRules(told);
  const isDecided = decision !== undefined && isSignedBy(runtime, provinceOf(config) ?? "", decision);
  const kept: DraftDocument = {
    ...(await sentDraft(context, own, told)),
    ...(version > 0 && { version }),
    ...(isDecided && keptDecision(decision)),
  };
  const isBehind = (old: DraftDocument | undefined) => {
    if (old && old.changes === kept.changes && digestOf(old.steps) !== digestOf(kept.steps)) throw twoContents(kept);
    return !old || old.changes < kept.changes;
  };
  if (dryRun) return isBehind(await drafts.get(kept._id));
  let isBack = false;
  await changed(context, drafts, kept._id, async (old) => {
    isBack = isBehind(old);
    if (old && !isBack) return old;
    const { draft, code, changes, state } = kept;
    await runtime.evidence.append("item-draft-restored", { draft, code, revision: changes, state });
    const { pending, pendingSince } = old ?? {};
    return { ...kept, ...(pending && { pending }), ...(pendingSince !== undefined && { pendingSince }) };
  });
  return isBack;
}

function twoContents({ draft, node, changes }: DraftDocument): Refusal {
  const message = `two contents under revision ${changes} of draft ${draft}: here, and at the province`;
  return new Refusal("ALREADY_EXISTS", message, { metadata: { draft, node } });
}
