/*
 * Keeps the verification page for times without a network: its document and the files that this names, all of one version. It is a thread of the browser for
 * `/verify/` alone, and imports nothing, so that every browser can start it. What it keeps is no secret, and nothing that anybody verifies.
 */

/** Beside what threads for pages have. */
interface Keeper {
  skipWaiting(): Promise<void>;
  readonly clients: { claim(): Promise<void> };
  addEventListener(name: "install" | "activate", heard: (event: Lasting) => void): void;
  addEventListener(name: "fetch", heard: (event: Fetched) => void): void;
}
interface Lasting {
  /** The browser lets the thread live until then. */
  waitUntil(end: Promise<unknown>): void;
}
interface Fetched extends Lasting {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}

const PAGE = "/verify/";
/** What caches of the page's files are named by; behind it stands the digest of their document. */
const NAME = "ecert-verify-files-";
const FILES = /name="ecert-files" content="([^"]*)"/;
/** A network that gives no page for so long is as good as none. */
const PATIENCE_MS = 5_000;

const keeper = globalThis as unknown as Keeper;

keeper.addEventListener("install", (event) => event.waitUntil(keepPage().then(() => keeper.skipWaiting())));
keeper.addEventListener("activate", (event) => event.waitUntil(keeper.clients.claim()));
keeper.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (origin !== location.origin || event.request.method !== "GET") return;
  if (event.request.mode === "navigate" && pathname === PAGE) event.respondWith(freshPage(event));
  const file = /^(?:\/verify)?(\/assets\/[^/]+)$/.exec(pathname)?.[1];
  if (file) event.respondWith(keptFile(file));
});

/** The node's document wherever it can be had, so that after an upgrade nobody runs the scripts of before; else the one that is kept. */
async function freshPage(event: Fetched): Promise<Response> {
  const kept = await keptPage();
  try {
    const signal = kept ? { signal: AbortSignal.timeout(PATIENCE_MS) } : {};
    const answer = await fetch(PAGE, { cache: "no-cache", ...signal });
    if (kept && !answer.ok) return kept;
    if (answer.ok) event.waitUntil(keepPage(answer.clone()).catch(() => {}));
    return answer;
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
}

/** Names of files bear the digests of what is in them: a kept one is never an old one. */
async function keptFile(file: string): Promise<Response> {
  return (await caches.match(file, { ignoreVary: true })) ?? fetch(file);
}

/** The document of the one version that is whole. */
async function keptPage(): Promise<Response | undefined> {
  for (const name of await versions()) {
    const page = await (await caches.open(name)).match(PAGE, { ignoreVary: true });
    if (page) return page;
  }
  return undefined;
}

/** Keeps the page with all of its files, and only then lets go of the version before. The document comes last: with it a version is whole. */
async function keepPage(given?: Response): Promise<void> {
  const answer = given ?? (await fetch(PAGE, { cache: "no-cache" }));
  if (!answer.ok) throw new Error(`the page cannot be had: ${answer.status}`);
  const text = await answer.clone().text();
  const name = NAME + (await digestOf(text));
  const cache = await caches.open(name);
  if (!(await cache.match(PAGE, { ignoreVary: true }))) {
    const files = FILES.exec(text)?.[1]?.split(" ") ?? [];
    await Promise.all(files.map((file) => keepFile(cache, `/${file}`)));
    await cache.put(PAGE, answer);
  }
  const before = (await versions()).filter((one) => one !== name);
  await Promise.all(before.map((one) => caches.delete(one)));
}

async function keepFile(cache: Cache, file: string): Promise<void> {
  const kept = await caches.match(file, { ignoreVary: true });
  const answer = kept ?? (await fetch(file));
  if (!answer.ok) throw new Error(`${file} cannot be had: ${answer.status}`);
  await cache.put(file, answer);
}

async function versions(): Promise<string[]> {
  return (await caches.keys()).filter((name) => name.startsWith(NAME));
}

async function digestOf(text: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return Array.from(digest.subarray(0, 16), (octet) => octet.toString(16).padStart(2, "0")).join("");
}
