import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CHROMIUM_FLAGS, readerBundle } from "./ofd-reader.ts";

/** The reader that is not ours, held open for many documents. */
export interface OfdReaderSession {
  /** Opens and renders a document; resolves to all texts of its pages, in the order of their elements. Rejects with what the reader says. */
  text(ofd: Uint8Array): Promise<string>;
  close(): Promise<void>;
}

/** Documents after which the page is loaded anew: the reader keeps what it has drawn. */
const PER_PAGE = 50;
/** A document that takes longer is given up. */
const PATIENCE_MS = 120_000;

interface Order {
  ofd: Uint8Array;
  resolve: (text: string) => void;
  reject: (error: Error) => void;
  timer: NodeJS.Timeout;
}

/** Starts Chromium with the reader in a page that takes one document after the other. Pictures are not taken. */
export async function openOfdReader(): Promise<OfdReaderSession> {
  const bundle = await readFile(await readerBundle());
  const waiting: Order[] = [];
  let current: Order | undefined;
  let asking: ServerResponse | undefined;

  const handOut = (): void => {
    if (asking === undefined || current !== undefined) return;
    current = waiting.shift();
    if (current === undefined) return;
    asking.end(current.ofd);
    asking = undefined;
  };
  const take = async (request: IncomingMessage): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { text, error } = JSON.parse(Buffer.concat(chunks).toString("utf8")) as { text?: string; error?: string };
    const order = current;
    current = undefined;
    if (order === undefined) return;
    clearTimeout(order.timer);
    if (text === undefined) order.reject(new Error(`the reader does not open the document: ${error}`));
    else order.resolve(text);
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
  const profile = await mkdtemp(join(tmpdir(), "ecert-reader-"));
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
    text: (ofd) =>
      new Promise((resolve, reject) => {
        const give = (): void => reject(new Error(`the reader is not done after ${PATIENCE_MS} ms`));
        waiting.push({ ofd, resolve, reject, timer: setTimeout(give, PATIENCE_MS) });
        handOut();
      }),
    async close() {
      browser.kill("SIGKILL");
      await ended;
      server.closeAllConnections();
      server.close();
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

const PAGE = `<!doctype html><meta charset="utf-8"><body><script src="/reader.js"></script><script>
const render = (bytes) => new Promise((resolve, reject) => ofd.parseOfdDocument({
  ofd: bytes,
  fail: (error) => reject(new Error(String(error))),
  success(documents) {
    try {
      for (const page of ofd.renderOfd(800, documents[0])) document.body.append(page);
      resolve([...document.querySelectorAll("text")].map((text) => text.textContent).join(""));
    } catch (error) { reject(error); }
  },
}));
const say = (result) => fetch("/result", { method: "POST", body: JSON.stringify(result) });
(async () => {
  for (let turn = 0; turn < ${PER_PAGE}; turn++) {
    const bytes = await (await fetch("/next")).arrayBuffer();
    let result;
    try { result = { text: await render(bytes) }; } catch (error) { result = { error: String(error) }; }
    document.body.replaceChildren();
    await say(result);
  }
  location.reload();
})();</script>`;
