import { promisify } from "node:util";
import { brotliDecompress, gunzip } from "node:zlib";
import { type DescMethod, type Message, toBinary, toJsonString } from "@bufbuild/protobuf";
import { codeToHttpStatus, errorToJsonBytes } from "@connectrpc/connect/protocol-connect";
import { Refusal } from "../domain/refusal.ts";
import type { Incoming, Route } from "./call-chain.ts";
import { type ConnectRequest, type ConnectResponse, type ConnectServerOptions, namesOf } from "./connect-server.ts";
import { parseJsonRequest, parseRequest, tooLarge } from "./parse-request.ts";
import { connectErrorOf, refusalOf } from "./refusal-wire.ts";
import { SPEAKER_HEADER, TARGET_HEADER } from "./routes.ts";

const CONTENT_TYPE = /^application\/(json|proto)\s*(?:;\s*charset=utf-8\s*)?$/i;

/** Tells whether a request is a unary call of the Connect protocol: what browsers and curl send. */
export function isConnectUnary(request: ConnectRequest): boolean {
  return request.method === "POST" && CONTENT_TYPE.test(request.headers["content-type"] ?? "");
}

/**
 * Serves a unary call of the Connect protocol. It is served here and not by the library, since the library refuses
 * unreadable JSON, unknown fields and oversize bodies by itself: without a reason, and past the call log.
 */
export async function serveConnectUnary(
  request: ConnectRequest,
  response: ConnectResponse,
  options: ConnectServerOptions,
): Promise<void> {
  const json = /json/i.test(request.headers["content-type"] ?? "");
  const { status, type, bytes } = await answerOf(request, response, json, options);
  // The caller may have gone meanwhile.
  if (response.destroyed || response.headersSent) return;
  response.writeHead(status, { "content-type": `application/${type}` });
  response.end(bytes);
}

async function answerOf(
  request: ConnectRequest,
  response: ConnectResponse,
  json: boolean,
  options: ConnectServerOptions,
): Promise<{ status: number; type: "json" | "proto"; bytes: Uint8Array }> {
  try {
    const route = routeOf(request, options);
    const body = await readBody(request, options.limits.messageBytes).catch(refusalOf);
    const parse = () => parseBody(route.method, body, json, options.limits.messageBytes);
    const answer = await options.chain.unary(route, parse, incomingOf(request, response, options));
    const { output } = route.method;
    return json
      ? { status: 200, type: "json", bytes: Buffer.from(toJsonString(output, answer)) }
      : { status: 200, type: "proto", bytes: toBinary(output, answer) };
  } catch (thrown) {
    const error = connectErrorOf(refusalOf(thrown));
    return { status: codeToHttpStatus(error.code), type: "json", bytes: errorToJsonBytes(error, undefined) };
  }
}

function routeOf(request: ConnectRequest, { routes }: ConnectServerOptions): Route {
  const path = request.url.split("?", 1)[0] as string;
  const route = routes.find(path, textHeader(request, TARGET_HEADER));
  if (route?.method.methodKind === "unary") return route;
  throw new Refusal("UNIMPLEMENTED", `${path} is not served here as a unary call`);
}

function incomingOf(request: ConnectRequest, response: ConnectResponse, options: ConnectServerOptions): Incoming {
  const timeout = Number(textHeader(request, "connect-timeout-ms"));
  return {
    header: (name) => textHeader(request, name),
    authenticate: () =>
      options.authenticate(namesOf(request), textHeader(request, SPEAKER_HEADER), request.headers.authorization),
    onGone(gone) {
      const closed = () => {
        if (!response.writableEnded) gone();
      };
      response.once("close", closed);
      return () => response.off("close", closed);
    },
    address: request.socket?.remoteAddress,
    deadline: timeout > 0 ? new Date(Date.now() + timeout) : undefined,
  };
}

function textHeader(request: ConnectRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

async function readBody(request: ConnectRequest, maxBytes: number): Promise<Buffer> {
  const announced = Number(request.headers["content-length"] ?? 0);
  if (announced > maxBytes) throw tooLarge(announced, maxBytes);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    size += chunk.length;
    if (size > maxBytes) throw tooLarge(size, maxBytes);
    chunks.push(chunk);
  }
  return decompress(Buffer.concat(chunks), textHeader(request, "content-encoding"), maxBytes);
}

const DECOMPRESSORS: Record<string, (bytes: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>> = {
  gzip: promisify(gunzip),
  br: promisify(brotliDecompress),
};

async function decompress(bytes: Buffer, encoding = "identity", maxBytes: number): Promise<Buffer> {
  if (encoding === "identity" || bytes.length === 0) return bytes;
  const decompressor = DECOMPRESSORS[encoding];
  if (!decompressor) throw new Refusal("UNIMPLEMENTED", `content-encoding ${encoding}: use gzip, br or identity`);
  try {
    return await decompressor(bytes, { maxOutputLength: maxBytes });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") throw tooLarge(maxBytes + 1, maxBytes);
    throw new Refusal("INVALID_FIELD", `the body is not ${encoding}`, { cause });
  }
}

function parseBody(method: DescMethod, body: Buffer | Refusal, json: boolean, maxBytes: number): Message {
  if (body instanceof Refusal) throw body;
  return json ? parseJsonRequest(method.input, body.toString("utf8")) : parseRequest(method.input, body, maxBytes);
}
