import type { DraftService } from "../../../proto/gen/ecert/catalog/v1/draft_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { CatalogContext } from "../context.ts";
import { contractState, draftView } from "../drafts/draft-view.ts";
import { requireDraft } from "../drafts/find-draft.ts";
import { publishedVersion } from "../items/item.ts";

/** Other open drafts of the item that are told. */
const OTHERS = 20;

/** 4.3.4: reads a draft, with the other open drafts of its item: two at once are seen, whose ever they are. */
export function getDraft(context: CatalogContext): Handlers<typeof DraftService>["getDraft"] {
  const { drafts, items, runtime } = context;
  return async ({ id }, { caller, reach }) => {
    const document = await requireDraft(context, id, reach);
    const open = await drafts.query({ index: "open", equals: [document.code], limit: OTHERS + 1 });
    const others = open.items.filter(({ draft }) => draft !== id).slice(0, OTHERS);
    return {
      draft: draftView(document, caller, runtime.config.node.code),
      newestVersion: (await publishedVersion(items, document.code))?.version ?? 0,
      others: others.map(({ draft, department: departmentCode, state, base: baseVersion }) => ({
        ...{ id: draft, departmentCode, state: contractState(state), baseVersion },
      })),
    };
  };
}
