import type { Locator, Page, Request } from "playwright-core";

/** So long a page is given: a test may hold an answer back, or never give it. */
const LONGEST_MS = 3_000;
/** What is sent in parts goes on and on, and can be stopped meanwhile. */
const SENT_IN_PARTS = /Part$/;
/** What an answer, and the code of a page, is asked with. */
const ASKED_WITH: ReadonlySet<string> = new Set(["fetch", "xhr", "script"]);
/** What a press goes to a place for. Filling in does not: what moves away keeps what is typed. */
const PRESSES = ["click", "dblclick", "check", "uncheck", "setChecked"] as const;

/** What the pages have asked, and has not come yet. */
const asked = new WeakMap<Page, Set<Request>>();
const patient = new WeakSet<object>();

/**
 * Lets the presses of a page, and of all others, wait until it has come to rest, as people do: an answer that comes between the two halves of a press moves what
 * is pressed from under it, and nothing comes of it. Nobody can press that fast; a machine that has much else to do can be that slow.
 */
export function pressAtRest(page: Page): void {
  const own = new Set<Request>();
  asked.set(page, own);
  page.on("request", (request) => {
    if (ASKED_WITH.has(request.resourceType()) && !SENT_IN_PARTS.test(request.url())) own.add(request);
  });
  page.on("requestfinished", (request) => own.delete(request));
  page.on("requestfailed", (request) => own.delete(request));
  const locators = Object.getPrototypeOf(page.locator("html")) as Pick<Locator, (typeof PRESSES)[number]>;
  if (patient.has(locators)) return;
  patient.add(locators);
  for (const press of PRESSES) {
    const pressed = locators[press] as (this: Locator, ...given: never[]) => Promise<void>;
    const waiting = async function (this: Locator, ...given: never[]) {
      const { timeout } = (given.find((one) => typeof one === "object") ?? {}) as { timeout?: number };
      await this.waitFor({ ...(timeout !== undefined && { timeout }) });
      await atRest(this.page());
      return pressed.apply(this, given);
    };
    Object.assign(locators, { [press]: waiting });
  }
}

/** Resolves once the page was drawn twice, or after 1 s where it is not: what was changed a moment ago stands where it stays. */
export const DRAWN = `Promise.race([
  new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
  new Promise((resolve) => setTimeout(resolve, 1_000)),
]).then(() => undefined)`;

async function atRest(page: Page): Promise<void> {
  const own = asked.get(page);
  if (!own) return;
  const until = Date.now() + LONGEST_MS;
  do {
    const [first] = own;
    if (first) await Promise.race([first.response().catch(() => null), after(until - Date.now())]);
    // A page that is going elsewhere has no frames any more.
    await page.evaluate(DRAWN).catch(() => undefined);
  } while (own.size > 0 && Date.now() < until);
}

function after(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(ms, 0)).unref());
}
