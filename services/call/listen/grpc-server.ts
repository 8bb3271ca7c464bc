import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { promisify } from "node:util";
import { Server, ServerCredentials, type ServiceDefinition } from "@grpc/grpc-js";
import { joinAddress, type Listener, splitAddress } from "../../host/listener.ts";
import type { TlsMaterial } from "../../host/tls.ts";
import { KEEPALIVE } from "../keepalive.ts";
import { createConnectionGate } from "./connection-gate.ts";
import { definitionOf } from "./grpc-definition.ts";
import { grpcInterceptor } from "./grpc-handler.ts";
import { addHealth } from "./grpc-health.ts";
import { addReflection } from "./grpc-reflection.ts";
import type { ListenerShare } from "./listener-share.ts";

/** How a gRPC listener is opened. */
export interface GrpcServerOptions extends ListenerShare {
  /** Name of the listener in the configuration. */
  name: "mesh" | "public";
  /** `host:port`; port 0 takes a free one. */
  address: string;
  tls: TlsMaterial;
  /**
   * `certificate`: mutual TLS; a connection without a certificate of our authority does not come about. `token`: no
   * certificate is asked for, callers show access tokens.
   */
  proof: "certificate" | "token";
}

/** Opens a gRPC server (grpc-js, TLS 1.2 or later) with health and reflection. Rejects where the address cannot be bound. */
export async function openGrpcServer(options: GrpcServerOptions): Promise<Listener> {
  const { name, address, tls, proof, routes, limits, metrics } = options;
  const server = new Server({
    ...KEEPALIVE,
    // A book of connections and calls that nobody reads here; calls are counted in the metrics.
    "grpc.enable_channelz": 0,
    // The limit of each method is held before this one, with a reason.
    "grpc.max_receive_message_length": limits.messageBytes,
    "grpc.max_concurrent_streams": limits.streamsPerConnection,
    "grpc.max_connection_idle_ms": limits.idleMs,
    interceptors: [grpcInterceptor(options)],
  });
  for (const methods of Map.groupBy(routes.methods, ({ parent }) => parent).values()) {
    const definition: ServiceDefinition = Object.fromEntries(
      methods.map((method) => [method.localName, definitionOf(method)]),
    );
    // The interceptor serves them all.
    server.addService(definition, {});
  }
  const health = addHealth(server, routes.methods);
  addReflection(server, routes.methods);

  const pair = { private_key: tls.privateKey, cert_chain: tls.certificate };
  const credentials =
    proof === "certificate"
      ? ServerCredentials.createSsl(tls.ca, [pair], true)
      : ServerCredentials.createSsl(null, [pair], false);
  // The library passes these on to TLS and has no option for how long a handshake may take: Node's own is two minutes.
  const secured = credentials._getConstructorOptions();
  credentials._getConstructorOptions = () =>
    secured && Object.assign({ handshakeTimeout: limits.handshakeMs }, secured);
  const injector = server.createConnectionInjector(credentials);
  const gate = createConnectionGate(name, limits, metrics);
  // Connections are accepted here and handed on, so that they can be counted before TLS begins.
  const acceptor = createServer({ noDelay: true }, (socket: Socket) => {
    // Whoever breaks off before TLS has begun must not end the process.
    socket.on("error", () => {});
    if (!gate.admit(socket)) return;
    injector.injectConnection(socket);
  });
  const { host, port } = splitAddress(address);
  acceptor.listen(port, host);
  await once(acceptor, "listening");
  return {
    address: joinAddress(host, (acceptor.address() as { port: number }).port),
    setServing: health.setServing,
    async drain() {
      // grpc-js tells every client to go; the acceptor has closed when the last has gone.
      const closed = once(acceptor, "close");
      acceptor.close();
      await Promise.all([promisify(server.tryShutdown.bind(server))(), closed]);
    },
    close: () => {
      acceptor.close();
      server.forceShutdown();
      for (const socket of gate.sockets) socket.destroySoon();
    },
  };
}
