import { readFileSync } from "node:fs";
import type { Locator } from "playwright-core";

/** What a page saves when something on it is pressed. What is pressed is waited for first, and a press that fails is what the test tells. */
export async function savedFile(pressed: Locator): Promise<Buffer> {
  await pressed.waitFor();
  const [saved] = await Promise.all([pressed.page().waitForEvent("download"), pressed.click()]);
  return readFileSync((await saved.path()) ?? "");
}
