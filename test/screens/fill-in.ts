import type { CatalogFile } from "../../ops/trial/catalog-files.ts";
import type { Watched } from "./watched.ts";

/** Chooses an option of a field by its label. */
export async function choose(page: Watched, label: string, option: string): Promise<void> {
  await page.getByLabel(label, { exact: true }).click();
  await page.locator(".ant-select-dropdown:visible").getByTitle(option, { exact: true }).click();
}

/** Fills in the example's data of a kind of certificate, but for what follows from its holders by itself. */
export async function fillInData(page: Watched, { dataSchema, bindings, example }: CatalogFile): Promise<void> {
  const bound = bindings.map(({ dataItem }) => dataItem.slice(1));
  const { properties } = dataSchema as { properties: Record<string, { title?: string; enum?: unknown }> };
  for (const [name, { title = "", enum: choices }] of Object.entries(properties)) {
    const value = example.data[name];
    if (value === undefined || bound.includes(name)) continue;
    if (choices) await choose(page, title, String(value));
    else await page.getByLabel(title, { exact: true }).fill(String(value));
  }
}
