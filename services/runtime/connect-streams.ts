import { type DescMethod, type Message, toBinary, toJsonString } from "@bufbuild/protobuf";
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
import { checkEncoding } from "./decompress.ts";
import { messagesOf } from "./envelope-reader.ts";
import { type EnvelopedProtocol, protocolOf } from "./enveloped-protocol.ts";
import type { ListenerShare } from "./listener-share.ts";
import { parseJsonRequest, parseRequest } from "./parse-request.ts";
import { refusalOf } from "./refusal-wire.ts";
import { JSON_ON_LOOP, requestSize } from "./request-limits.ts";
import { TARGET_HEADER } from "./routes.ts";

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
    response.writeHead(request.method === "POST" ? 415 : 405, request.method === "POST" ? {} : { allow: "POST" });
    response.end();
    return;
  }
  let body: ConnectBody | undefined;
  try {
    const route = routeOf(request, options);
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
    const refusal = refusalOf(thrown);
    body?.chunks.stop(refusal);
    protocol.end(refusal);
  } finally {
    body?.account.end();
  }
}

function routeOf(request: ConnectRequest, { routes }: ListenerShare): Route {
  const path = pathOf(request);
  const route = routes.find(path, textHeader(request, TARGET_HEADER));
  if (!route) throw new Refusal("UNIMPLEMENTED", `${path} is not served here for that target`);
  return route;
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
