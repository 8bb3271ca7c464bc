import { once } from "node:events";
import { createSecureServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { joinAddress, type Listener, splitAddress } from "../../host/listener.ts";
import type { TlsMaterial } from "../../host/tls.ts";
import { type ConnectRequest, type ConnectResponse, pathOf } from "./connect-request.ts";
import { serveEnveloped } from "./connect-streams.ts";
import { isConnectUnary, serveConnectUnary } from "./connect-unary.ts";
import { createConnectionGate } from "./connection-gate.ts";
import { keepSessions } from "./http2-sessions.ts";
import type { ListenerShare } from "./listener-share.ts";
import { endRefusedBody } from "./refused-body.ts";
import { SECURITY_HEADERS } from "./security-headers.ts";
import { type Site, siteOf } from "./site.ts";

/** How a Connect listener is opened. */
export interface ConnectServerOptions extends ListenerShare {
  /** `host:port`; port 0 takes a free one. */
  address: string;
  tls: TlsMaterial;
  /** Name of the listener in the configuration. */
  name: "connect" | "mutual";
  /** Whether a client certificate is asked for; none is required. */
  asks: boolean;
  /** What it serves beside RPCs. */
  sites: readonly Site[];
}

/** How long the headers of a request of HTTP/1.1 may take, the first from when the connection was opened. */
const HEADERS_MS = 60_000;

/**
 * Opens the listener for browsers and curl: Connect, gRPC-Web and gRPC over HTTP/2 or HTTP/1.1 with TLS. Where a client certificate
 * is asked for it is not required: one of our authority proves operators and services, any other that a token bound to it is its
 * caller's; everybody else shows a token or stays public. Other origins get no CORS headers, so browsers keep foreign pages out.
 */
export async function openConnectServer(options: ConnectServerOptions): Promise<Listener> {
  const { name, asks, address, tls, limits, metrics } = options;
  const server = createSecureServer(
    {
      key: tls.privateKey,
      cert: tls.certificate,
      ca: tls.ca,
      requestCert: asks,
      rejectUnauthorized: false,
      allowHTTP1: true,
      handshakeTimeout: limits.handshakeMs,
      settings: { maxConcurrentStreams: limits.streamsPerConnection },
    },
    (request, response) => {
      for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
      endRefusedBody(request, response);
      // What fails while an answer is written ends this call, never the process.
      served(request, response, options).catch(() => response.destroy());
    },
  );
  // Of HTTP/1.1: between two requests, and before the first.
  const headersTimeout = Math.min(HEADERS_MS, limits.idleMs);
  const connectionsCheckingInterval = Math.min(HEADERS_MS / 2, headersTimeout);
  Object.assign(server, { keepAliveTimeout: limits.idleMs, headersTimeout, connectionsCheckingInterval });
  const gate = createConnectionGate(name, limits, metrics);
  // TLS never begins on a connection that the gate has closed.
  server.prependListener("connection", gate.admit);
  const sessions = keepSessions(server, limits.idleMs);

  const { host, port } = splitAddress(address);
  server.listen(port, host);
  await once(server, "listening");
  return {
    address: joinAddress(host, (server.address() as AddressInfo).port),
    setServing() {},
    async drain() {
      server.close();
      await Promise.all([...sessions].map((session) => once(session, "close")));
    },
    close() {
      server.close();
      for (const session of sessions) session.destroy();
      for (const socket of gate.sockets) socket.destroySoon();
    },
  };
}

function served(request: ConnectRequest, response: ConnectResponse, options: ConnectServerOptions): Promise<void> {
  const site = siteOf(options.sites, pathOf(request));
  if (site) return site.serve(request, response);
  const serve = isConnectUnary(request) ? serveConnectUnary : serveEnveloped;
  return serve(request, response, options);
}
