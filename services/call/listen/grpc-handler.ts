import type { DescMethod, Message } from "@bufbuild/protobuf";
import { type Metadata, ServerInterceptingCall, type ServerInterceptor, status } from "@grpc/grpc-js";
import { Refusal } from "../../domain/refusal.ts";
import { type MachineName, machineNames } from "../../host/machine-name.ts";
import { methodPath, notServed, type Route, SPEAKER_HEADER, TARGET_HEADER } from "../chain/routes.ts";
import type { Incoming } from "../chain/served-call.ts";
import { grpcStatusOf, refusalOf } from "../refusal/refusal-wire.ts";
import { inCallersPaths } from "../request/caller-paths.ts";
import { parseRequest } from "../request/parse-request.ts";
import { DEFAULT_REQUEST_BYTES, requestSize } from "../request/request-limits.ts";
import { GrpcCall, meterStream } from "./grpc-call.ts";
import type { ListenerShare } from "./listener-share.ts";

/**
 * Takes every call of the routes away from grpc-js as soon as its metadata has come, and runs it through the chain: so nothing of
 * a body is read, let alone kept, before its caller was let in. Calls of other services (health, reflection) stay with grpc-js,
 * under the limits of a small request.
 */
export function grpcInterceptor(options: ListenerShare): ServerInterceptor {
  const { limits, intake } = options;
  const methods = new Map(
    options.routes.methods.map((method) => [
      methodPath(method),
      { method, limit: requestSize(method, limits.messageBytes).binary },
    ]),
  );
  return ({ path }, base) => {
    const found = methods.get(path);
    if (!found) {
      meterStream(base, DEFAULT_REQUEST_BYTES, intake, (refusal) => base.sendStatus(grpcStatusOf(refusal)));
      return new ServerInterceptingCall(base);
    }
    const call = new GrpcCall(base);
    // What fails while an answer is written ends this call, never the process.
    const failed = () => base.sendStatus({ code: status.INTERNAL, details: "the answer could not be written" });
    const serve = (metadata: Metadata) => void serveCall(call, metadata, found, options).catch(failed);
    return new ServerInterceptingCall(base, { start: () => call.start(serve) });
  };
}

interface Served {
  method: DescMethod;
  /** Bytes of one request. */
  limit: number;
}

async function serveCall(call: GrpcCall, metadata: Metadata, served: Served, options: ListenerShare): Promise<void> {
  const { method, limit } = served;
  const { chain, intake } = options;
  try {
    const route = routeOf(metadata, method, options);
    const incoming = incomingOf(call, metadata, options);
    if (method.methodKind === "unary") {
      await call.write(await chain.unary(route, () => request(), incoming));
    } else {
      const input = method.methodKind === "server_streaming" ? one(request) : messages();
      for await (const message of chain.stream(route, input, incoming)) await call.write(message);
    }
    call.end();
  } catch (thrown) {
    call.end(inCallersPaths(refusalOf(thrown), method.input, false));
  }

  /** The only request of a call; it is read to its end. */
  async function request(): Promise<Message> {
    call.meter(limit, intake).begin();
    const bytes = await call.read();
    if (!bytes) throw new Refusal("INVALID_FIELD", "the call ended without a request");
    if (await call.read()) throw new Refusal("INVALID_FIELD", "the call has more than one request");
    return parseRequest(method.input, bytes, limit);
  }

  async function* messages(): AsyncGenerator<Message> {
    call.meter(limit, intake);
    for (let bytes = await call.read(); bytes; bytes = await call.read()) {
      yield parseRequest(method.input, bytes, limit);
      call.served();
    }
  }
}

async function* one(request: () => Promise<Message>): AsyncGenerator<Message> {
  yield await request();
}

function routeOf(metadata: Metadata, method: DescMethod, { routes }: ListenerShare): Route {
  const path = methodPath(method);
  const route = routes.find(path, header(metadata, TARGET_HEADER));
  if (!route) throw notServed(path);
  return route;
}

function incomingOf(call: GrpcCall, metadata: Metadata, { authenticate }: ListenerShare): Incoming {
  return {
    header: (name) => header(metadata, name),
    authenticate: () =>
      authenticate(certifiedNames(call), header(metadata, SPEAKER_HEADER), header(metadata, "authorization")),
    onGone: (gone) => call.whenGone(gone),
    address: call.address,
    deadline: call.deadline,
  };
}

const NAMES = new WeakMap<object, MachineName[]>();

/** Names in the client certificate. Decoding it takes a quarter of a small call, so it is done once per connection. */
function certifiedNames(call: GrpcCall): MachineName[] {
  const { session } = call;
  const known = session && NAMES.get(session);
  if (known) return known;
  const names = machineNames(call.certifiedNames);
  if (session) NAMES.set(session, names);
  return names;
}

function header(metadata: Metadata, name: string): string | undefined {
  return metadata.get(name)[0]?.toString();
}
