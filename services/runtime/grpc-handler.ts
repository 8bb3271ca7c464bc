import type { EventEmitter } from "node:events";
import type { Readable, Writable } from "node:stream";
import type { DescMethod, Message } from "@bufbuild/protobuf";
import type {
  ServerDuplexStream,
  ServerErrorResponse,
  ServerReadableStream,
  ServerUnaryCall,
  ServerWritableStream,
  sendUnaryData,
  UntypedHandleCall,
} from "@grpc/grpc-js";
import { Refusal } from "../domain/refusal.ts";
import type { Incoming, Route } from "./call-chain.ts";
import type { GrpcServerOptions } from "./grpc-server.ts";
import { type MachineName, machineNames } from "./machine-name.ts";
import { parseRequest } from "./parse-request.ts";
import { grpcStatusOf, refusalOf } from "./refusal-wire.ts";
import { methodPath, SPEAKER_HEADER, TARGET_HEADER } from "./routes.ts";
import { writeDrained } from "./write-drained.ts";

type Bytes = Buffer;
type AnyCall =
  | ServerUnaryCall<Bytes, Message>
  | ServerReadableStream<Bytes, Message>
  | ServerWritableStream<Bytes, Message>
  | ServerDuplexStream<Bytes, Message>;
type Sink = Writable & { cancelled: boolean };

/** The grpc-js handler of a method: finds the route that the caller means and runs the chain. */
export function grpcHandler(method: DescMethod, options: GrpcServerOptions): UntypedHandleCall {
  const { routes, chain, limits } = options;
  const path = methodPath(method);

  switch (method.methodKind) {
    case "unary":
      return (call: ServerUnaryCall<Bytes, Message>, reply: sendUnaryData<Message>) => {
        try {
          answer(
            chain.unary(routeOf(call), () => parse(call.request), incomingOf(call)),
            reply,
          );
        } catch (thrown) {
          reply(errorOf(thrown));
        }
      };
    case "client_streaming":
      return (call: ServerReadableStream<Bytes, Message>, reply: sendUnaryData<Message>) => {
        try {
          answer(first(chain.stream(routeOf(call), messages(call), incomingOf(call))), reply);
        } catch (thrown) {
          reply(errorOf(thrown));
        }
      };
    case "server_streaming":
      return (call: ServerWritableStream<Bytes, Message>) => {
        pour(call, () => chain.stream(routeOf(call), one(call.request), incomingOf(call)));
      };
    case "bidi_streaming":
      return (call: ServerDuplexStream<Bytes, Message>) => {
        pour(call, () => chain.stream(routeOf(call), messages(call), incomingOf(call)));
      };
  }

  function routeOf(call: AnyCall): Route {
    const route = routes.find(path, header(call, TARGET_HEADER));
    if (!route) throw new Refusal("UNIMPLEMENTED", `${path} is not served here for that target`);
    return route;
  }

  function incomingOf(call: AnyCall): Incoming {
    const deadline = call.getDeadline();
    return {
      header: (name) => header(call, name),
      authenticate: () =>
        options.authenticate(certifiedNames(call), header(call, SPEAKER_HEADER), header(call, "authorization")),
      onGone(gone) {
        const events: EventEmitter = call;
        events.on("cancelled", gone);
        return () => events.off("cancelled", gone);
      },
      // `192.0.2.1:443`, `[2001:db8::1]:443`
      address: call.getPeer().replace(/:\d+$/, ""),
      deadline: deadline === Number.POSITIVE_INFINITY ? undefined : new Date(deadline),
    };
  }

  function parse(bytes: Bytes): Message {
    return parseRequest(method.input, bytes, limits.messageBytes);
  }

  async function* one(bytes: Bytes): AsyncGenerator<Message> {
    yield parse(bytes);
  }

  async function* messages(call: Readable): AsyncGenerator<Message> {
    // Ending to read must not end the answer, which is the other half of the same stream.
    for await (const bytes of call.iterator({ destroyOnReturn: false })) yield parse(bytes);
  }
}

const NAMES = new WeakMap<object, MachineName[]>();

/**
 * Names in the client certificate. Decoding it takes a quarter of a small call, so it is done once per connection; grpc-js
 * shows the connection only inside, and where it no longer does, each call decodes.
 */
function certifiedNames(call: AnyCall): MachineName[] {
  const session = (call as { call?: { stream?: { session?: object } } }).call?.stream?.session;
  const known = session && NAMES.get(session);
  if (known) return known;
  const names = machineNames(call.getAuthContext().sslPeerCertificate?.subjectaltname);
  if (session) NAMES.set(session, names);
  return names;
}

function header(call: AnyCall, name: string): string | undefined {
  return call.metadata.get(name)[0]?.toString();
}

function answer(running: Promise<Message>, reply: sendUnaryData<Message>): void {
  running.then(
    (message) => reply(null, message),
    (thrown) => reply(errorOf(thrown)),
  );
}

async function first(answers: AsyncGenerator<Message>): Promise<Message> {
  let found: Message | undefined;
  for await (const message of answers) found ??= message;
  if (!found) throw new Refusal("INTERNAL", "the call ended without an answer");
  return found;
}

async function pour(call: Sink, open: () => AsyncGenerator<Message>): Promise<void> {
  try {
    for await (const message of open()) {
      if (call.cancelled) return;
      await writeDrained(call, message);
    }
    call.end();
  } catch (thrown) {
    // grpc-js sends the status of an error that its stream emits.
    if (!call.cancelled) call.emit("error", errorOf(thrown));
  }
}

function errorOf(thrown: unknown): ServerErrorResponse {
  const refusal = refusalOf(thrown);
  return Object.assign(new Error(refusal.message), grpcStatusOf(refusal));
}
