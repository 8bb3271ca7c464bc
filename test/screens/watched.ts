import axe from "axe-core";
import type { Page } from "playwright-core";
import { afterEach, expect, type TestContext } from "vitest";
import { DRAWN, pressAtRest } from "./at-rest.ts";
import { takePicture } from "./picture.ts";

/** A page of which nothing goes unseen. */
export type Watched = Page & {
  /** What went wrong on it: errors of scripts, violations of its policy, requests to another host. */
  readonly faults: readonly string[];
};

/** Widths at which every page must be readable: a desk, a tablet, a phone. */
export const WIDTHS = [1440, 768, 390] as const;
/** Tags do not imply lower levels; the size of targets is off by default. */
const RULES = {
  runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] },
  rules: { "target-size": { enabled: true } },
};

/**
 * Resolves once no colour fades and nothing moves any more, or after 5 s: axe must not judge what nobody reads yet. What turns for ever is not waited for. In one
 * evaluation: to poll a text, `waitForFunction` evaluates it in the page, which its policy refuses.
 */
const SETTLED = `Promise.race([
  Promise.allSettled(document.getAnimations().filter((one) => one.effect?.getTiming().iterations !== Infinity).map((one) => one.finished)),
  new Promise((resolve) => setTimeout(resolve, 5_000)),
]).then(() => undefined)`;

/** Pages being watched, each with what its calls were refused with. */
const open = new Map<Page, string[]>();

// Where a test fails, what its pages showed is part of the failure: what was seen once under load may not be seen again. `npm run bench -- screens` opens pages
// outside of any test.
if (process.env.VITEST) afterEach(tellPages, 30_000);

async function tellPages({ task }: TestContext): Promise<void> {
  const [error] = task.result?.errors ?? [];
  if (!error) return;
  for (const [page, refused] of open)
    error.message += `\n${await shown(page)}${refused.map((one) => `\n  refused: ${one}`).join("")}`;
}

/** Where a page stands, what it asks and tells in front, and what it shows. */
async function shown(page: Page): Promise<string> {
  const textOf = (role: "dialog" | "alert" | "main") =>
    page
      .getByRole(role)
      .allInnerTexts()
      .then((texts) => texts.map((text) => `\n  ${role}: ${text.replace(/\s+/g, " ").slice(0, 1_500)}`).join(""))
      .catch((error) => `\n  ${role}: ${error}`);
  return `${page.url()}${await textOf("dialog")}${await textOf("alert")}${await textOf("main")}`;
}

/** Watches a page from its beginning; `others` are origins that it may ask beside its own. */
export function watched(page: Page, origin: string, others: readonly string[] = []): Watched {
  const faults: string[] = [];
  const { hostname } = new URL(origin);
  page.setDefaultTimeout(45_000);
  pressAtRest(page);
  const refused: string[] = [];
  open.set(page, refused);
  page.on("close", () => open.delete(page));
  page.on("response", async (response) => {
    if (response.status() < 400) return;
    const text = await response.text().catch(() => "");
    refused.push(`${response.status()} ${response.url()} ${text.slice(0, 600)}`);
  });
  page.on("pageerror", (error) => faults.push(`script: ${error.message}`));
  page.on("console", (message) => {
    if (/Content Security Policy/i.test(message.text())) faults.push(`policy: ${message.text()}`);
  });
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith("http") && url.hostname !== hostname && !others.includes(url.origin))
      faults.push(`host: ${request.url()}`);
  });
  return Object.assign(page, { faults });
}

/**
 * What axe finds on a page at each width, none being wanted; sideways scrolling of the whole page is a finding too. `state` names the picture of what is
 * shown, where one address shows several things.
 */
export async function expectAccessible(page: Watched, state?: string): Promise<void> {
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 });
    const overflow = () => page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
    // Charts follow their place a moment later. Asked from outside: what polls in the page evaluates a text there, which its policy refuses.
    await expect
      .poll(async () => ({ width, overflow: await overflow() }), { timeout: 15_000 })
      .toEqual({ width, overflow: 0 });
    await page.evaluate(SETTLED);
    await page.evaluate(axe.source);
    const found = (await page.evaluate(`axe.run(document, ${JSON.stringify(RULES)})`)) as axe.AxeResults;
    const told = found.violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${width} ${id}: ${html} ${failureSummary}`),
    );
    expect(told).toEqual([]);
    if (width !== 768) await takePicture(page, width, state);
  }
  await page.setViewportSize({ width: 1440, height: 900 });
  // What is pressed next must not move away under the press.
  await page.evaluate(DRAWN);
  expect(page.faults).toEqual([]);
}
