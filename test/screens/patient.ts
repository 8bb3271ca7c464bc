import type { Locator } from "playwright-core";
import { expect } from "vitest";
import type { Watched } from "./watched.ts";

/** How long a test waits for what a page comes to by itself, as long as for anything else on it: a loaded machine takes its time. */
export const PATIENT = { timeout: 45_000, interval: 200 };
/** By what whoever helps finds a call that was refused, as pages tell it. */
export const CALL_ID = /^编号 [0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** How long one reading of a page is given for what may stand on it only after another one. */
const ONE_READING_MS = 5_000;

/** Waits until a field holds a value: what a page fills in or empties by itself comes behind what it follows from. */
export async function holds(field: Locator, value: string): Promise<void> {
  await expect.poll(() => field.inputValue(), PATIENT).toBe(value);
}

/** Reads a page again until something stands on it that the node does by itself. Each reading is given time to come to its end: a list is empty before its answer. */
export async function reloadedUntil(page: Watched, wanted: Locator, timeout = 60_000): Promise<void> {
  const isThere = async () => {
    await page.reload();
    return wanted
      .first()
      .waitFor({ timeout: ONE_READING_MS })
      .then(
        () => true,
        () => false,
      );
  };
  await expect.poll(isThere, { timeout, interval: 200 }).toBe(true);
}

/**
 * Presses a button until something has come of it: what is pressed for may be refused for a moment, and is not pressed for again while an answer is on its way or
 * once it is there.
 */
export async function pressedUntil(button: Locator, wanted: Locator): Promise<void> {
  const isThere = async () => {
    if (await wanted.isVisible()) return true;
    if ((await button.isVisible()) && (await button.isEnabled({ timeout: 1_000 })))
      await button.click({ timeout: 1_000 });
    return wanted.waitFor({ timeout: 2_000 }).then(() => true);
  };
  await expect.poll(() => isThere().catch(() => false), PATIENT).toBe(true);
}
