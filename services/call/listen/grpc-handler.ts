import type { IncomingHttpHeaders, ServerHttp2Stream } from "node:http2";
import { type DescMessage, type DescMethod, type Message, toBinary } from "@bufbuild/protobuf";
import { handsNothingOn, handsOn, type Shown, shownIn } from "../chain/handed-on.ts";
import { methodPath, notServed, type Route, SPEAKER_HEADER, TARGET_HEADER } from "../chain/routes.ts";
import type { Incoming } from "../chain/served-call.ts";
import type { SessionProof } from "../chain/sessions.ts";
import { refusalOf } from "../refusal/refusal-wire.ts";
import { inCallersPaths } from "../request/caller-paths.ts";
import { parseRequest } from "../request/parse-request.ts";
import { DEFAULT_REQUEST_BYTES, requestSize } from "../request/request-limits.ts";
import { GrpcCall } from "./grpc-call.ts";
import type { ListenerShare } from "./listener-share.ts";

/** Methods that are for everybody and know no chain, by path: health and reflection. What they throw refuses the call. */
export type OpenMethods = ReadonlyMap<string, (call: GrpcCall) => Promise<void>>;

const UNSUPPORTED = { ":status": 415 };

/**
 * Serves every stream of a gRPC listener. Calls of the routes run through the chain as soon as their headers have come: so nothing
 * of a body is read, let alone kept, before its caller was let in. Those of health and reflection are under the limits of a small request.
 */
export function grpcHandler(
  options: ListenerShare,
  openMethods: OpenMethods,
): (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void {
  const { limits, intake, routes } = options;
  const methods = new Map(
    routes.methods.map((method) => [
      methodPath(method),
      { method, limit: requestSize(method, limits.messageBytes).binary },
    ]),
  );

  async function serve(call: GrpcCall, path: string): Promise<void> {
    const found = methods.get(path);
    if (found) return serveCall(call, found, options);
    const open = openMethods.get(path);
    try {
      if (!open) throw notServed(path);
      call.meter(DEFAULT_REQUEST_BYTES, intake);
      await open(call);
    } catch (thrown) {
      call.end(refusalOf(thrown));
    }
  }

  return (stream, headers) => {
    // Broken streams tell so at their end, too.
    stream.on("error", () => {});
    if (!headers["content-type"]?.startsWith("application/grpc")) {
      stream.respond(UNSUPPORTED, { endStream: true });
      stream.resume();
      return;
    }
    const call = new GrpcCall(stream, headers);
    // What fails while an answer is written ends this call, never the process.
    serve(call, String(headers[":path"])).catch(() => call.abandon());
  };
}

interface Served {
  method: DescMethod;
  /** Bytes of one request. */
  limit: number;
}

async function serveCall(call: GrpcCall, { method, limit }: Served, options: ListenerShare): Promise<void> {
  const { chain, intake } = options;
  try {
    const route = routeOf(call, method, options);
    const incoming = incomingOf(call, options);
    if (method.methodKind === "unary") {
      call.reply(encoded(method.output, await chain.unary(route, request, incoming)));
      return;
    }
    const input = method.methodKind === "server_streaming" ? one(request) : messages();
    for await (const message of chain.stream(route, input, incoming)) {
      await call.write(toBinary(method.output, message));
    }
    call.end();
  } catch (thrown) {
    call.end(inCallersPaths(refusalOf(thrown), method.input, false));
  }

  /** The only request of a call; it is read to its end. */
  async function request(): Promise<Message> {
    call.meter(limit, intake).begin();
    return parseRequest(method.input, await call.only(), limit);
  }

  async function* messages(): AsyncGenerator<Message> {
    call.meter(limit, intake);
    for (let bytes = await call.read(); bytes; bytes = await call.read()) {
      yield parseRequest(method.input, bytes, limit);
      call.served();
    }
  }
}

const encodings = new WeakMap<Message, Uint8Array>();

/** An answer that cannot change, since handlers give it again and again, is encoded once. */
function encoded(schema: DescMessage, answer: Message): Uint8Array {
  const known = encodings.get(answer);
  if (known) return known;
  const bytes = toBinary(schema, answer);
  if (Object.isFrozen(answer)) encodings.set(answer, bytes);
  return bytes;
}

async function* one(request: () => Promise<Message>): AsyncGenerator<Message> {
  yield await request();
}

function routeOf(call: GrpcCall, method: DescMethod, { routes }: ListenerShare): Route {
  const path = methodPath(method);
  const route = routes.find(path, call.header(TARGET_HEADER));
  if (!route) throw notServed(path);
  return route;
}

/** A call as the chain takes it. Of one that was handed on the browser counts, and never the certificate of who handed it on. */
function incomingOf(call: GrpcCall, { authenticate, node }: ListenerShare): Incoming {
  const { names } = call.connection;
  const shown = shownIn((name) => call.header(name));
  const believed = shown && handsOn(names, node);
  if (believed && shown.address !== undefined) call.address = shown.address;
  return {
    header: (name) => call.header(name),
    authenticate() {
      if (!shown) return authenticate(names, call.header(SPEAKER_HEADER), call.headers.authorization);
      if (!believed) throw handsNothingOn();
      return authenticate([], undefined, shown.authorization, { session: sessionProof(shown) });
    },
    onGone: (gone) => call.whenGone(gone),
    address: call.address,
    deadline: call.deadline,
  };
}

/** That the page is of this node, who hands on has judged, as only the process that the browser called can. */
function sessionProof({ session }: Shown): SessionProof | undefined {
  return session === undefined ? undefined : { secret: session, sameOrigin: true, forget() {} };
}
