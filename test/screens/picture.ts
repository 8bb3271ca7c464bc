import { appendFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";

/** Where pictures of the pages go; absent: none are taken. `npm run picture-screens` says so. */
const FOLDER = process.env.ECERT_SCREEN_PICTURES;
/** Parts of an address that name one thing among many. */
const ID = /\d|^[A-Z]{2,}|-.*-/;
/** Stands for them in names of files. */
const ONE = "one";
/** Sharp enough to be read, small enough to lie beside the code. */
const QUALITY = 55;
/** Titles of the pages of which there are pictures, by their names. */
const titles = new Map<string, string>();
const taken = new Set<string>();

/**
 * Takes a picture of a page as somebody sees it, the first time that it is looked at in a run: pictures in the documentation are of what
 * the tests walk through, with their data. `state` names what is shown, where one address shows several things. Its title and its address
 * go to `titles.tsv` beside it.
 */
export async function takePicture(page: Page, width: number, state?: string): Promise<void> {
  if (!FOLDER) return;
  const name = pictureName(page.url(), state);
  if (name === "") return;
  const isView = state !== undefined || partsOf(page.url())[1].length > 0;
  const title = await titleOf(page, isView);
  const picture = `${name}-${width}`;
  // An address at which somebody signs in first shows two pages.
  if (taken.has(picture) || (titles.get(name) ?? title) !== title) return;
  taken.add(picture);
  titles.set(name, title);
  await page.screenshot({ path: join(FOLDER, `${picture}.jpg`), type: "jpeg", quality: QUALITY });
  appendFileSync(join(FOLDER, "titles.tsv"), `${picture}\t${title}\t${addressOf(page.url())}\n`);
}

/** The heading of a page, and that of its view where it has several. */
async function titleOf(page: Page, isView: boolean): Promise<string> {
  const heading = page.getByRole("heading", { level: 1 }).first();
  const title = (await heading.count()) > 0 ? await heading.textContent() : await page.title();
  const view = isView ? await page.locator("main h2").allTextContents() : [];
  return [title ?? "", ...view.slice(0, 1)].map((text) => text.replace(/\s+/g, " ").trim()).join(" · ");
}

/**
 * An address as a file's name, what it is about left out: `/console/certificates/1.2.156…` is `console-certificates-one`, and `/mine/#/show/1.2.156…`
 * with the state `code` is `mine-show-one-code`. A state of the page at the root of its host, which is the one of an agent, is `agent-<state>`; without a state the
 * name is empty.
 */
export function pictureName(url: string, state?: string): string {
  const [path, view] = partsOf(url);
  if (path.length === 0) return state === undefined ? "" : `agent-${state}`;
  return [...path, ...view, ...(state === undefined ? [] : [state])].join("-");
}

/** An address as people read it, what it is about left out. */
function addressOf(url: string): string {
  const [path, view] = partsOf(url).map((parts) => parts.map((part) => (part === ONE ? "…" : part)).join("/"));
  return view ? `/${path}/#/${view}` : `/${path}`;
}

/** The path of an address, and the view behind its `#/` where it has one. */
function partsOf(url: string): [path: string[], view: string[]] {
  const { pathname, hash } = new URL(url);
  const parts = (text: string) =>
    text
      .split("/")
      .filter(Boolean)
      .map(decodeURIComponent)
      .map((part) => (ID.test(part) || /[^\w-]/.test(part) ? ONE : part));
  return [parts(pathname), hash.startsWith("#/") ? parts(hash.slice(1)) : []];
}
