import type { CatalogService } from "../../../proto/gen/ecert/catalog/v1/catalog_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { CatalogContext } from "../context.ts";
import { itemView } from "../items/item.ts";
import type { ItemDocument } from "../stored/records.ts";

/** Versions that are looked through for one page of a search. */
const SEARCHED = 1_000;

/** Lists the published version of every item, or of those only whose code or name holds a text. */
export function listCatalogItems(context: CatalogContext): Handlers<typeof CatalogService>["listCatalogItems"] {
  return async ({ pageSize, pageToken, search }) => {
    const wanted = search.toLowerCase();
    const limit = pageSize || 50;
    const found: ItemDocument[] = [];
    let next: string | undefined = pageToken;
    let looked = 0;
    // A page that is half full is given: what remains would be looked for by ever smaller pieces.
    while (next !== undefined && looked < SEARCHED && found.length <= limit / 2) {
      const piece = limit - found.length;
      const page = await newestPage(context, piece, next);
      found.push(
        ...page.items.filter(({ code, content }) => holds(code, wanted) || holds(String(content.name), wanted)),
      );
      next = page.next;
      looked += piece;
      if (search === "") break;
    }
    return { items: found.map((document) => itemView(document)), nextPageToken: next ?? "" };
  };
}

async function newestPage({ items }: CatalogContext, limit: number, after: string) {
  const page = await items.query({ index: "published", limit, ...(after !== "" && { after }) });
  // The index orders by code, then version: the last of a code within the page is its newest, unless the next page
  // begins with the same code.
  const newest = new Map<string, ItemDocument>();
  for (const document of page.items) newest.set(document.code, document);
  const last = page.items.at(-1);
  if (page.next && last) {
    const following = await items.query({ index: "published", after: page.next, limit: 1 });
    if (following.items[0]?.code === last.code) newest.delete(last.code);
  }
  return { items: [...newest.values()], next: page.next };
}

function holds(text: string, wanted: string): boolean {
  return text.toLowerCase().includes(wanted);
}
