import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DevToolsPage, openDevTools } from "./devtools.ts";
import { CHROMIUM_FLAGS, readerBundle } from "./ofd-reader.ts";
import { QR_RESOLUTION } from "./qr-reader.ts";

/** The reader that is not ours, held open for many documents. */
export interface OfdReaderSession {
  /** Opens and renders a document of one page of that size, in mm. Rejects with what the reader says. */
  view(ofd: Uint8Array, page: { width: number; height: number }): Promise<OfdView>;
  close(): Promise<void>;
}

/** What the reader makes of a document. */
export interface OfdView {
  /** All texts of its pages, in the order of their elements. */
  text: string;
  /** The page as PNG, {@link QR_RESOLUTION} dots an inch. */
  picture: Buffer;
}

/** CSS pixels a mm: the reader rounds its scale, and rounds this one to itself. */
const PIXELS_PER_MM = 4;
/** Documents after which the page is loaded anew: the reader keeps what it has drawn. */
const PER_PAGE = 50;
/** A document that takes longer is given up. */
const PATIENCE_MS = 120_000;

interface Order {
  ofd: Uint8Array;
  page: { width: number; height: number };
  resolve: (view: OfdView) => void;
  reject: (error: Error) => void;
  timer: NodeJS.Timeout;
}

/** Starts Chromium with the reader in a page that takes one document after the other. */
export async function openOfdReader(): Promise<OfdReaderSession> {
  const bundle = await readFile(await readerBundle());
  const waiting: Order[] = [];
  let current: Order | undefined;
  let asking: ServerResponse | undefined;
  let devTools: DevToolsPage | undefined;
  const profile = await mkdtemp(join(tmpdir(), "ecert-reader-"));

  const handOut = (): void => {
    if (asking === undefined || current !== undefined) return;
    current = waiting.shift();
    if (current === undefined) return;
    asking.setHeader("x-page-width", current.page.width).end(current.ofd);
    asking = undefined;
  };
  const take = async (request: IncomingMessage): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { text, error } = JSON.parse(Buffer.concat(chunks).toString("utf8")) as { text?: string; error?: string };
    const order = current;
    if (order === undefined) return;
    try {
      if (text === undefined) throw new Error(`the reader does not open the document: ${error}`);
      devTools ??= await openDevTools(profile);
      const { width, height } = order.page;
      const scale = QR_RESOLUTION / 25.4 / PIXELS_PER_MM;
      order.resolve({ text, picture: await devTools.picture(width * PIXELS_PER_MM, height * PIXELS_PER_MM, scale) });
    } catch (error) {
      order.reject(error as Error);
    }
    clearTimeout(order.timer);
    current = undefined;
  };
  const server = createServer(async (request, response) => {
    if (request.url === "/") response.setHeader("content-type", "text/html; charset=utf-8").end(PAGE);
    else if (request.url === "/reader.js") response.end(bundle);
    else if (request.url === "/next") {
      asking = response;
      handOut();
    } else if (request.url === "/result") {
      await take(request);
      response.end();
    } else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const browser = spawn(
    "chromium",
    [...CHROMIUM_FLAGS, `--user-data-dir=${profile}`, "--remote-debugging-port=0", address],
    {
      stdio: "ignore",
    },
  );
  const ended = new Promise<void>((resolve) => {
    const fail = (error: Error): void => {
      for (const order of [current, ...waiting.splice(0)]) {
        if (order !== undefined) clearTimeout(order.timer);
        order?.reject(error);
      }
      current = undefined;
      resolve();
    };
    browser.once("error", fail);
    browser.once("exit", () => fail(new Error("the browser ended")));
  });

  return {
    view: (ofd, page) =>
      new Promise((resolve, reject) => {
        const give = (): void => reject(new Error(`the reader is not done after ${PATIENCE_MS} ms`));
        waiting.push({ ofd, page, resolve, reject, timer: setTimeout(give, PATIENCE_MS) });
        handOut();
      }),
    async close() {
      devTools?.close();
      browser.kill("SIGKILL");
      await ended;
      server.closeAllConnections();
      server.close();
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

const PAGE = `<!doctype html><meta charset="utf-8"><style>body{margin:0}</style><body><script src="/reader.js"></script><script>
const render = (bytes, width) => new Promise((resolve, reject) => ofd.parseOfdDocument({
  ofd: bytes,
  fail: (error) => reject(new Error(String(error))),
  success(documents) {
    try {
      for (const page of ofd.renderOfd(width * ${PIXELS_PER_MM} + 10, documents[0])) document.body.append(page);
      resolve([...document.querySelectorAll("text")].map((text) => text.textContent).join(""));
    } catch (error) { reject(error); }
  },
}));
const say = (result) => fetch("/result", { method: "POST", body: JSON.stringify(result) });
(async () => {
  for (let turn = 0; turn < ${PER_PAGE}; turn++) {
    const answer = await fetch("/next");
    const bytes = await answer.arrayBuffer();
    let result;
    try { result = { text: await render(bytes, answer.headers.get("x-page-width")) }; } catch (error) { result = { error: String(error) }; }
    await say(result);
    document.body.replaceChildren();
  }
  location.reload();
})();</script>`;
