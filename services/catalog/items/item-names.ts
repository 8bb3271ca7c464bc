import { allOf } from "../../store/pages-of.ts";
import type { CatalogContext } from "../context.ts";

/** What items are called, each by its newest version: the index has them by code, then version. */
export async function itemNames({ items }: Pick<CatalogContext, "items">): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  for await (const { code, content } of allOf(items, { index: "published" })) names.set(code, String(content.name));
  return names;
}
