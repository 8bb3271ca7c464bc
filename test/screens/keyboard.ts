import type { Locator } from "playwright-core";
import type { CatalogFile } from "../../ops/trial/catalog-files.ts";
import type { Watched } from "./watched.ts";

/** More fields than any form has. */
const MOST_STEPS = 60;

/** Goes forward by the keyboard until something has the focus, once it is there. */
export async function tabTo(page: Watched, wanted: Locator): Promise<void> {
  await wanted.waitFor({ state: "attached" });
  for (let step = 0; step < MOST_STEPS; step++) {
    if ((await wanted.and(page.locator(":focus")).count()) > 0) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`no way to ${wanted} by the keyboard`);
}

/** Types a text into a field in place of what stood there. */
export async function typeInto(page: Watched, label: string, text: string): Promise<void> {
  const field = page.getByLabel(label, { exact: true });
  await tabTo(page, field);
  if ((await field.getAttribute("type")) === "date") {
    const [year = "", month = "", day = ""] = text.split("-");
    await page.keyboard.type(`${month}${day}${year}`);
    return;
  }
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.insertText(text);
}

/** Chooses an option of a field by the arrow keys. */
export async function arrowTo(page: Watched, label: string, option: string): Promise<void> {
  const field = page.getByLabel(label, { exact: true });
  await tabTo(page, field);
  await page.keyboard.press("ArrowDown");
  const chosen = page.locator(".ant-select-dropdown:visible .ant-select-item-option-active");
  for (let step = 0; step < MOST_STEPS; step++) {
    await chosen.waitFor();
    if ((await chosen.getAttribute("title")) === option) {
      await page.keyboard.press("Enter");
      return;
    }
    await page.keyboard.press("ArrowDown");
  }
  throw new Error(`${label} has no option ${option}`);
}

/** Fills in the example's data of a kind of certificate by the keyboard, but for what follows from its holders by itself. */
export async function typeData(page: Watched, { dataSchema, bindings, example }: CatalogFile): Promise<void> {
  const bound = bindings.map(({ dataItem }) => dataItem.slice(1));
  const { properties } = dataSchema as { properties: Record<string, { title?: string; enum?: unknown }> };
  for (const [name, { title = "", enum: choices }] of Object.entries(properties)) {
    const value = example.data[name];
    if (value === undefined || bound.includes(name)) continue;
    if (choices) await arrowTo(page, title, String(value));
    else await typeInto(page, title, String(value));
  }
}
