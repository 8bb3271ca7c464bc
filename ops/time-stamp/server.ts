import { execFile } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import type { StampFiles } from "./files.ts";

const run = promisify(execFile);

/** Largest request that is answered, in bytes. */
const MAX_REQUEST_BYTES = 4 << 10;
const QUERY_FILE = "query.tsq";

/** A time stamp authority for trials that serves on loopback. */
export interface StampServer {
  url: string;
  stop(): Promise<void>;
}

/**
 * Serves `openssl ts -reply` over HTTP (RFC 3161 §3.4). One request at a time: OpenSSL keeps the serial number in a file
 * without a lock. `port` 0 takes a free one.
 */
export async function startStampServer(files: StampFiles, port = 0): Promise<StampServer> {
  let last: Promise<unknown> = Promise.resolve();
  const server = createServer((request, response) => {
    const work = last.then(() => answer(files, request, response));
    last = work.catch(() => response.destroy());
  });
  await once(server.listen(port, "127.0.0.1"), "listening");
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${taken}/tsa`,
    async stop() {
      server.close();
      server.closeAllConnections();
      await last;
    },
  };
}

async function answer(files: StampFiles, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== "POST" || request.headers["content-type"] !== "application/timestamp-query") {
    response.writeHead(request.method === "POST" ? 415 : 405).end();
    return;
  }
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > MAX_REQUEST_BYTES) return void response.writeHead(413).end();
    pieces.push(piece);
  }
  const reply = await replyTo(files, Buffer.concat(pieces));
  response.writeHead(200, { "content-type": "application/timestamp-reply" }).end(reply);
}

/** OpenSSL reads the request from a file: what Node gives a child as its input cannot be opened by name. */
async function replyTo({ directory }: StampFiles, query: Uint8Array): Promise<Buffer> {
  writeFileSync(join(directory, QUERY_FILE), query);
  const args = ["ts", "-reply", "-config", "openssl.cnf", "-section", "tsa_default", "-queryfile", QUERY_FILE];
  const { stdout } = await run("openssl", args, { cwd: directory, encoding: "buffer", maxBuffer: 1 << 20 });
  return stdout;
}
