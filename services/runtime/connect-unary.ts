import { type Message, toBinary, toJsonString } from "@bufbuild/protobuf";
import { codeToHttpStatus, errorToJsonBytes } from "@connectrpc/connect/protocol-connect";
import { Refusal } from "../domain/refusal.ts";
import type { Route } from "./call-chain.ts";
import {
  ConnectBody,
  type ConnectRequest,
  type ConnectResponse,
  incomingOf,
  pathOf,
  textHeader,
} from "./connect-request.ts";
import { checkEncoding, decompress } from "./decompress.ts";
import type { ListenerShare } from "./listener-share.ts";
import { parseRequest, tooLarge } from "./parse-request.ts";
import { connectErrorOf, refusalOf } from "./refusal-wire.ts";
import { type RequestSize, requestSize } from "./request-limits.ts";
import { TARGET_HEADER } from "./routes.ts";

const CONTENT_TYPE = /^application\/(json|proto)\s*(?:;\s*charset=utf-8\s*)?$/i;

/** Tells whether a request is a unary call of the Connect protocol: what browsers and curl send. */
export function isConnectUnary(request: ConnectRequest): boolean {
  return request.method === "POST" && CONTENT_TYPE.test(request.headers["content-type"] ?? "");
}

/**
 * Serves a unary call of the Connect protocol. It is served here and not by the library, which reads a body before anybody was
 * asked who sends it, and refuses unreadable JSON, unknown fields and oversize bodies without a reason and past the call log.
 */
export async function serveConnectUnary(
  request: ConnectRequest,
  response: ConnectResponse,
  options: ListenerShare,
): Promise<void> {
  const json = /json/i.test(request.headers["content-type"] ?? "");
  const { status, type, bytes } = await answerOf(request, response, json, options);
  // The caller may have gone meanwhile.
  if (response.destroyed || response.headersSent) return;
  response.writeHead(status, { "content-type": `application/${type}`, "content-length": bytes.length });
  response.end(bytes);
}

interface Answer {
  status: number;
  type: "json" | "proto";
  bytes: Uint8Array;
}

async function answerOf(
  request: ConnectRequest,
  response: ConnectResponse,
  json: boolean,
  options: ListenerShare,
): Promise<Answer> {
  let body: ConnectBody | undefined;
  try {
    const route = routeOf(request, options);
    const size = requestSize(route.method, options.limits.messageBytes);
    const read = async (): Promise<Message> => {
      body = new ConnectBody(request, options);
      const bytes = await readBody(request, body, json ? size.json : size.binary);
      return parse(route, bytes, json, size, options);
    };
    const answer = await options.chain.unary(route, read, incomingOf(request, response, options, deadlineOf(request)));
    const { output } = route.method;
    return json
      ? { status: 200, type: "json", bytes: Buffer.from(toJsonString(output, answer)) }
      : { status: 200, type: "proto", bytes: toBinary(output, answer) };
  } catch (thrown) {
    const refusal = refusalOf(thrown);
    body?.chunks.stop(refusal);
    const error = connectErrorOf(refusal);
    return { status: codeToHttpStatus(error.code), type: "json", bytes: errorToJsonBytes(error, undefined) };
  } finally {
    body?.account.end();
  }
}

function routeOf(request: ConnectRequest, { routes }: ListenerShare): Route {
  const path = pathOf(request);
  const route = routes.find(path, textHeader(request, TARGET_HEADER));
  if (route?.method.methodKind === "unary") return route;
  throw new Refusal("UNIMPLEMENTED", `${path} is not served here as a unary call`);
}

function deadlineOf(request: ConnectRequest): Date | undefined {
  const timeout = Number(textHeader(request, "connect-timeout-ms"));
  return timeout > 0 ? new Date(Date.now() + timeout) : undefined;
}

/** Takes the body in, up to a limit that is held by what is announced and by what comes. */
async function readBody(request: ConnectRequest, body: ConnectBody, limit: number): Promise<Buffer> {
  const encoding = textHeader(request, "content-encoding") ?? "identity";
  checkEncoding(encoding);
  const announced = Number(request.headers["content-length"] ?? 0);
  if (announced > limit) throw tooLarge(announced, limit);
  const { account, chunks } = body;
  account.begin();
  if (encoding !== "identity") account.reserve(limit);
  const kept: Buffer[] = [];
  let size = 0;
  for (let chunk = await chunks.next(); chunk; chunk = await chunks.next()) {
    size += chunk.length;
    if (size > limit) throw tooLarge(size, limit);
    account.keep(chunk);
    kept.push(chunk);
  }
  account.settle(encoding === "identity" ? size : limit);
  return decompress(Buffer.concat(kept, size), encoding, limit);
}

function parse(route: Route, bytes: Buffer, json: boolean, size: RequestSize, { parser }: ListenerShare) {
  return json ? parser.json(route.method, bytes, size) : parseRequest(route.method.input, bytes, size.binary);
}
