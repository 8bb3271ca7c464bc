import { type DescMethod, type Message, toBinary, toJsonString } from "@bufbuild/protobuf";
import { errorToJsonBytes } from "@connectrpc/connect/protocol-connect";
import { Refusal } from "../../domain/refusal.ts";
import type { Route } from "../chain/routes.ts";
import { connectErrorOf, refusalOf } from "../refusal/refusal-wire.ts";
import { inCallersPaths } from "../request/caller-paths.ts";
import { checkEncoding } from "../request/decompress.ts";
import { parseJsonRequest, parseRequest } from "../request/parse-request.ts";
import { JSON_ON_LOOP, requestSize } from "../request/request-limits.ts";
import {
  ConnectBody,
  type ConnectRequest,
  type ConnectResponse,
  incomingOf,
  routeOf,
  textHeader,
} from "./connect-request.ts";
import { messagesOf } from "./envelope-reader.ts";
import { type EnvelopedProtocol, protocolOf } from "./enveloped-protocol.ts";
import type { ListenerShare } from "./listener-share.ts";

/**
 * Serves the protocols that put messages in envelopes: gRPC, gRPC-Web and Connect streams. They are served here and not by the
 * library, which would parse on the loop whatever fits the largest method, and refuse it without a reason.
 */
export async function serveEnveloped(
  request: ConnectRequest,
  response: ConnectResponse,
  options: ListenerShare,
): Promise<void> {
  const protocol = protocolOf(request.headers["content-type"], response);
  if (request.method !== "POST" || !protocol) {
    return refuseForm(request, response);
  }
  let body: ConnectBody | undefined;
  let route: Route | undefined;
  try {
    route = routeOf(request, options);
    const { method } = route;
    const incoming = incomingOf(request, response, options, protocol.deadlineOf(request.headers));
    const requests = () => {
      body = new ConnectBody(request, options);
      return requestsOf(body, request, method, protocol, options);
    };
    if (method.methodKind === "unary") {
      await protocol.send(
        serialize(method, await options.chain.unary(route, () => only(requests()), incoming), protocol),
      );
    } else {
      const single = method.methodKind === "server_streaming";
      const input = single ? one(() => only(requests())) : lazily(requests);
      for await (const answer of options.chain.stream(route, input, incoming)) {
        await protocol.send(serialize(method, answer, protocol));
      }
    }
    protocol.end();
  } catch (thrown) {
    const refusal = route ? inCallersPaths(refusalOf(thrown), route.method.input, protocol.json) : refusalOf(thrown);
    body?.chunks.stop(refusal);
    protocol.end(refusal);
  } finally {
    body?.account.end();
  }
}

/** What is no call of any protocol is told so in JSON, as Connect tells refusals. */
function refuseForm(request: ConnectRequest, response: ConnectResponse): void {
  const posted = request.method === "POST";
  const refusal = posted
    ? new Refusal(
        "UNIMPLEMENTED",
        "this content-type is not served: use application/json or application/proto (Connect), or gRPC's",
        { localizedDetail: "不支持该content-type，请使用application/json（UTF-8）、application/proto或gRPC的类型" },
      )
    : new Refusal("UNIMPLEMENTED", "calls are made with POST", { localizedDetail: "请以POST方法调用" });
  const bytes = errorToJsonBytes(connectErrorOf(refusal), undefined);
  const headers = { "content-type": "application/json", "content-length": bytes.length };
  response.writeHead(posted ? 415 : 405, posted ? headers : { ...headers, allow: "POST" });
  response.end(bytes);
}

/** The requests of a call, each parsed when it is asked for. JSON in envelopes is short, since it is parsed on the loop. */
async function* requestsOf(
  body: ConnectBody,
  request: ConnectRequest,
  method: DescMethod,
  { json, encodingHeader }: EnvelopedProtocol,
  { limits }: ListenerShare,
): AsyncGenerator<Message> {
  const size = requestSize(method, limits.messageBytes);
  const limit = json ? Math.min(size.json, JSON_ON_LOOP) : size.binary;
  const encoding = textHeader(request, encodingHeader) ?? "identity";
  checkEncoding(encoding);
  if (method.methodKind === "unary" || method.methodKind === "server_streaming") body.account.begin();
  for await (const bytes of messagesOf(body, encoding, limit)) {
    yield json ? parseJsonRequest(method.input, bytes) : parseRequest(method.input, bytes, limit);
  }
}

function serialize(method: DescMethod, answer: Message, { json }: EnvelopedProtocol): Uint8Array {
  return json ? Buffer.from(toJsonString(method.output, answer)) : toBinary(method.output, answer);
}

async function only(requests: AsyncGenerator<Message>): Promise<Message> {
  const { value, done } = await requests.next();
  if (done) throw new Refusal("INVALID_FIELD", "the call ended without a request");
  if (!(await requests.next()).done) throw new Refusal("INVALID_FIELD", "the call has more than one request");
  return value;
}

async function* one(request: () => Promise<Message>): AsyncGenerator<Message> {
  yield await request();
}

async function* lazily(requests: () => AsyncGenerator<Message>): AsyncGenerator<Message> {
  yield* requests();
}
