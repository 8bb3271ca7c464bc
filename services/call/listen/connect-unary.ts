import { type Message, toBinary, toJsonString } from "@bufbuild/protobuf";
import { codeToHttpStatus, errorToJsonBytes } from "@connectrpc/connect/protocol-connect";
import { steadyTime } from "../../base/steady-time.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { Route } from "../chain/routes.ts";
import { connectErrorOf, refusalOf } from "../refusal/refusal-wire.ts";
import { inCallersPaths } from "../request/caller-paths.ts";
import { checkEncoding, decompress } from "../request/decompress.ts";
import { parseRequest, tooLarge } from "../request/parse-request.ts";
import { type RequestSize, requestSize, requestWeight } from "../request/request-limits.ts";
import {
  ConnectBody,
  type ConnectRequest,
  type ConnectResponse,
  incomingOf,
  routeOf,
  textHeader,
} from "./connect-request.ts";
import type { ListenerShare } from "./listener-share.ts";
import { MessageBuffer } from "./message-buffer.ts";

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
  let route: Route | undefined;
  try {
    route = routeOf(request, options, true);
    const served = route;
    const size = requestSize(route.method, options.limits.messageBytes);
    const read = async (): Promise<Message> => {
      body = new ConnectBody(request, options);
      const bytes = await readBody(request, body, json ? size.json : size.binary);
      body.account.settle(requestWeight(bytes.length, json));
      return parse(served, bytes, json, size, options);
    };
    const incoming = incomingOf(request, response, options, deadlineOf(request));
    const answer = await options.chain.unary(route, read, incoming);
    const { output } = route.method;
    return json
      ? { status: 200, type: "json", bytes: Buffer.from(toJsonString(output, answer)) }
      : { status: 200, type: "proto", bytes: toBinary(output, answer) };
  } catch (thrown) {
    const refusal = route ? inCallersPaths(refusalOf(thrown), route.method.input, json) : refusalOf(thrown);
    body?.chunks.stop(refusal);
    const error = connectErrorOf(refusal);
    return { status: codeToHttpStatus(error.code), type: "json", bytes: errorToJsonBytes(error, undefined) };
  } finally {
    body?.account.end();
  }
}

function deadlineOf(request: ConnectRequest): Date | undefined {
  const text = textHeader(request, "connect-timeout-ms");
  if (text === undefined) return undefined;
  if (/^[0-9]{1,10}$/.test(text)) return new Date(steadyTime() + Number(text));
  // Ignored, it would give a caller that wants to wait for a second half a minute.
  const message =
    "the header connect-timeout-ms is no whole number of milliseconds of 10 digits at most: correct it, or leave it out";
  const localizedDetail = "请求头connect-timeout-ms应为不超过10位的整数（毫秒），请更正或省略";
  throw new Refusal("INVALID_FIELD", message, { localizedDetail });
}

/**
 * Takes the body in, up to a limit that is held by what is announced and by what comes. The account holds nothing for it any more: what it
 * counts for is the caller's to say.
 */
async function readBody(request: ConnectRequest, body: ConnectBody, limit: number): Promise<Buffer> {
  const encoding = textHeader(request, "content-encoding") ?? "identity";
  checkEncoding(encoding);
  const announced = Number(request.headers["content-length"] ?? 0);
  if (announced > limit) throw tooLarge(announced, limit);
  const { account, chunks } = body;
  account.begin();
  if (encoding !== "identity") account.reserve(limit);
  const message = new MessageBuffer(limit);
  for (let chunk = await chunks.next(); chunk; chunk = await chunks.next()) {
    const size = message.size + chunk.length;
    if (size > limit) throw tooLarge(size, limit);
    account.keep(chunk);
    message.append(chunk);
  }
  const held = encoding === "identity" ? message.size : limit;
  account.settle(held);
  const bytes = await decompress(message.take(), encoding, limit);
  account.served(held);
  return bytes;
}

function parse(route: Route, bytes: Buffer, json: boolean, size: RequestSize, { parser }: ListenerShare) {
  return json ? parser.json(route.method, bytes, size) : parseRequest(route.method.input, bytes, size.binary);
}
