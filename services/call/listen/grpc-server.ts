import { once } from "node:events";
import { createSecureServer } from "node:http2";
import { joinAddress, type Listener, splitAddress } from "../../host/listener.ts";
import type { TlsMaterial } from "../../host/tls.ts";
import { createConnectionGate } from "./connection-gate.ts";
import { grpcHandler } from "./grpc-handler.ts";
import { openHealth } from "./grpc-health.ts";
import { reflectionMethods } from "./grpc-reflection.ts";
import { keepSessions } from "./http2-sessions.ts";
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

/**
 * Opens a gRPC server (`node:http2`, TLS 1.2 or later) with health and reflection: one server owns the socket and serves unary calls and streams alike.
 * Rejects where the address cannot be bound.
 */
export async function openGrpcServer(options: GrpcServerOptions): Promise<Listener> {
  const { name, address, tls, proof, routes, limits, metrics } = options;
  const mutual = proof === "certificate";
  const server = createSecureServer({
    key: tls.privateKey,
    cert: tls.certificate,
    ...(mutual && { ca: tls.ca, requestCert: true, rejectUnauthorized: true }),
    handshakeTimeout: limits.handshakeMs,
    settings: { maxConcurrentStreams: limits.streamsPerConnection },
    // What a connection holds is held to budgets of the process and of each address, which answer with a reason.
    maxSessionMemory: Number.MAX_SAFE_INTEGER,
    // The details of a refusal have a limit of their own.
    maxSendHeaderBlockLength: Number.MAX_SAFE_INTEGER,
  });
  const health = openHealth(routes.methods);
  server.on("stream", grpcHandler(options, new Map([...health.methods, ...reflectionMethods(routes.methods)])));
  const sessions = keepSessions(server, limits.idleMs);
  const gate = createConnectionGate(name, limits, metrics);
  // TLS never begins on a connection that the gate has closed.
  server.prependListener("connection", gate.admit);

  const { host, port } = splitAddress(address);
  server.listen(port, host);
  await once(server, "listening");
  return {
    address: joinAddress(host, (server.address() as { port: number }).port),
    setServing: health.setServing,
    async drain() {
      const closed = once(server, "close");
      server.close();
      // Tells every client to go (GOAWAY); its calls are served to their end.
      for (const session of sessions) session.close();
      await closed;
    },
    close() {
      server.close();
      for (const session of sessions) session.destroy();
      for (const socket of gate.sockets) socket.destroySoon();
    },
  };
}
