import type { DraftService } from "../../../proto/gen/ecert/catalog/v1/draft_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { JsonObject } from "../../domain/canonical.ts";
import type { CatalogContext } from "../context.ts";
import { contentDifferences } from "../drafts/content-difference.ts";
import { requireDraft, unknownDraft } from "../drafts/find-draft.ts";
import { unknownVersion } from "../items/item.ts";

/** Places that an answer tells. */
const TOLD = 500;

/** 4.3.4: tells where a draft differs from a version of its item, or from another open draft of it. */
export function compareDraft(context: CatalogContext): Handlers<typeof DraftService>["compareDraft"] {
  return async ({ id, comparedWith }, { reach }) => {
    const { code, base, content } = await requireDraft(context, id, reach);
    const isOther = comparedWith.case === "otherId";
    const version = isOther ? 0 : comparedWith.case === "version" ? comparedWith.value : base;
    const against = isOther
      ? await otherContent(context, code, comparedWith.value)
      : await versionContent(context, code, version);
    const { differences, more: moreDifferences } = contentDifferences(against, content, TOLD);
    return { version, differences, moreDifferences };
  };
}

/** A draft of another item, or one that has ended, is met by reach alone, and so not here. */
async function otherContent({ drafts }: CatalogContext, code: string, id: string): Promise<JsonObject> {
  const other = await drafts.get(id);
  if (other?.openCode === code) return other.content;
  throw unknownDraft("other_id", id);
}

async function versionContent({ items }: CatalogContext, code: string, version: number): Promise<JsonObject> {
  if (version === 0) return {};
  const document = await items.get(`${code}/${version}`);
  if (!document) throw await unknownVersion(items, code, version);
  return document.content;
}
