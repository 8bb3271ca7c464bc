import { promisify } from "node:util";
import { type DescMethod, fromBinary, type Message, toBinary } from "@bufbuild/protobuf";
import { type MethodDefinition, Server, ServerCredentials, type ServiceDefinition } from "@grpc/grpc-js";
import type { CallChain } from "./call-chain.ts";
import { addHealth, addReflection } from "./grpc-extras.ts";
import { grpcHandler } from "./grpc-handler.ts";
import { joinAddress, type Listener, splitAddress } from "./listener.ts";
import type { Authenticator } from "./proof.ts";
import { methodPath, type RouteTable } from "./routes.ts";
import type { TlsMaterial } from "./tls.ts";

/** How a gRPC listener is opened. */
export interface GrpcServerOptions {
  /** `host:port`; port 0 takes a free one. */
  address: string;
  tls: TlsMaterial;
  /**
   * `certificate`: mutual TLS; a connection without a certificate of our authority does not come about. `token`: no
   * certificate is asked for, callers show access tokens.
   */
  proof: "certificate" | "token";
  routes: RouteTable;
  chain: CallChain;
  authenticate: Authenticator;
  limits: { messageBytes: number; inFlight: number; streams: number };
}

/** Pings on idle connections, so that a dead one is noticed on both sides, milliseconds. */
export const KEEPALIVE = { "grpc.keepalive_time_ms": 20_000, "grpc.keepalive_timeout_ms": 10_000 };

/** Opens a gRPC server (grpc-js, TLS 1.2 or later) with health and reflection. Rejects where the address cannot be bound. */
export async function openGrpcServer(options: GrpcServerOptions): Promise<Listener> {
  const { address, tls, proof, routes, limits } = options;
  const server = new Server({
    ...KEEPALIVE,
    // Up to twice the limit is read, so that a message over it is refused with a reason; beyond, the stream is reset.
    "grpc.max_receive_message_length": limits.messageBytes * 2,
    "grpc.max_concurrent_streams": limits.inFlight + limits.streams,
  });
  for (const methods of Map.groupBy(routes.methods, ({ parent }) => parent).values()) {
    const definition: ServiceDefinition = Object.fromEntries(
      methods.map((method) => [method.localName, definitionOf(method)]),
    );
    const handlers = methods.map((method) => [method.localName, grpcHandler(method, options)]);
    server.addService(definition, Object.fromEntries(handlers));
  }
  const health = addHealth(server, routes.methods);
  addReflection(server, routes.methods);

  const pair = { private_key: tls.privateKey, cert_chain: tls.certificate };
  const credentials =
    proof === "certificate"
      ? ServerCredentials.createSsl(tls.ca, [pair], true)
      : ServerCredentials.createSsl(null, [pair], false);
  const port = await promisify(server.bindAsync.bind(server))(address, credentials);
  return {
    address: joinAddress(splitAddress(address).host, port),
    setServing: health.setServing,
    drain: () => promisify(server.tryShutdown.bind(server))(),
    close: () => server.forceShutdown(),
  };
}

/** Requests stay bytes until the chain parses them, so that malformed ones are refused with a reason. */
function definitionOf(method: DescMethod): MethodDefinition<Buffer, Message> {
  const { methodKind, output } = method;
  return {
    path: methodPath(method),
    requestStream: methodKind === "client_streaming" || methodKind === "bidi_streaming",
    responseStream: methodKind === "server_streaming" || methodKind === "bidi_streaming",
    requestSerialize: (bytes) => bytes,
    requestDeserialize: (bytes) => bytes,
    responseSerialize: (message) => asBuffer(toBinary(output, message)),
    responseDeserialize: (bytes) => fromBinary(output, bytes),
  };
}

function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);
}
