import axe from "axe-core";
import type { Page } from "playwright-core";
import { expect } from "vitest";

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

/** Watches a page from its beginning; `others` are origins that it may ask beside its own. */
export function watched(page: Page, origin: string, others: readonly string[] = []): Watched {
  const faults: string[] = [];
  const { hostname } = new URL(origin);
  page.setDefaultTimeout(20_000);
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

/** What axe finds on a page at each width, none being wanted; sideways scrolling of the whole page is a finding too. */
export async function expectAccessible(page: Watched): Promise<void> {
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 });
    const overflow = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
    expect({ width, overflow }).toEqual({ width, overflow: 0 });
    await page.evaluate(axe.source);
    const found = (await page.evaluate(`axe.run(document, ${JSON.stringify(RULES)})`)) as axe.AxeResults;
    const told = found.violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${width} ${id}: ${html} ${failureSummary}`),
    );
    expect(told).toEqual([]);
  }
  await page.setViewportSize({ width: 1440, height: 900 });
  expect(page.faults).toEqual([]);
}
