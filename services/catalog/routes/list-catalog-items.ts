import type { CatalogService } from "../../../proto/gen/ecert/catalog/v1/catalog_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { holdsPart } from "../../store/fitting-page.ts";
import { orderedPart } from "../../store/ordered-page.ts";
import type { CatalogContext } from "../context.ts";
import { itemView } from "../items/item.ts";
import { madeBy } from "../items/made-by.ts";
import type { ItemDocument } from "../stored/records.ts";

const KEYS: Readonly<Record<string, (one: ItemDocument) => string>> = {
  name: ({ content }) => String(content.name),
  code: ({ code }) => code,
  published_at: ({ publishedAt }) => publishedAt ?? "",
  defining_authority: ({ content }) => String(content.definingAuthority ?? ""),
};

/** Lists the published version of every item, or of those only whose code or name holds a text, or which a department makes. */
export function listCatalogItems(context: CatalogContext): Handlers<typeof CatalogService>["listCatalogItems"] {
  return async ({ pageSize, pageToken, search, orderBy, madeBy: department }) => {
    const isMade = department === "" ? () => true : await madeBy(context, department);
    const ask = async ({ limit, after = "" }: { limit: number; after?: string }) => {
      const page = await newestPage(context, limit, after);
      const fits = (one: ItemDocument) => holdsPart(search, [one.code, String(one.content.name)]) && isMade(one);
      return { ...page, items: page.items.filter(fits) };
    };
    const wanted = { limit: pageSize || 50, after: pageToken };
    const order = { orderBy, keys: KEYS, idOf: ({ code }: ItemDocument) => code };
    const isPlain = search === "" && orderBy === "" && department === "";
    const { items, next = "" } = isPlain ? await ask(wanted) : await orderedPart(ask, wanted, order);
    return { items: items.map((document) => itemView(document)), nextPageToken: next };
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
  return { items: [...newest.values()], ...(page.next !== undefined && { next: page.next }) };
}
