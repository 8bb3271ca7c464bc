import { constants } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { Limits } from "../../host/limits.ts";
import { joinAddress, type Listener, splitAddress } from "../../host/listener.ts";
import type { Logger } from "../../host/log.ts";
import type { IntakeMetrics } from "../../host/metrics.ts";
import type { StaffConfig } from "../../host/staff-config.ts";
import type { TlsMaterial } from "../../host/tls.ts";
import { type ConnectRequest, type ConnectResponse, pathOf } from "./connect-request.ts";
import { createConnectionGate } from "./connection-gate.ts";
import { endRefusedBody } from "./refused-body.ts";
import { SECURITY_HEADERS } from "./security-headers.ts";
import { type Site, siteOf } from "./site.ts";
import { answerSite, htmlText, noSuchPage, type SiteFaults, sitePage } from "./site-answer.ts";

/** How the listener is opened on which staff show their certificates. */
export interface SignInServerOptions {
  /** `host:port`; port 0 takes a free one. */
  address: string;
  tls: TlsMaterial;
  /** Authorities whose certificates a browser offers its user. */
  authorities: StaffConfig["authorities"];
  limits: Limits;
  metrics: IntakeMetrics;
  log: Pick<Logger, "error">;
  sites: readonly Site[];
}

/** A sign-in takes one request: a connection is of no more use then. */
const IDLE_MS = 10_000;
const REQUESTS_PER_CONNECTION = 20;

/**
 * Opens the listener for sign-in: HTTP/1.1 with TLS that asks for a certificate of the authorities of staff. It is a listener of its own because
 * Node asks for one neither later than at the handshake nor by server name, and a browser that is asked on the Connect listener would ask every citizen.
 * Whatever is shown is let in, so that what is wrong with it can be told; sites judge it. No session of TLS is resumed: each connection proves its key.
 */
export async function openSignInServer(options: SignInServerOptions): Promise<Listener> {
  const { address, tls, authorities, limits, metrics, log, sites } = options;
  const idle = Math.min(IDLE_MS, limits.idleMs);
  const server = createServer(
    {
      key: tls.privateKey,
      cert: tls.certificate,
      ca: [...authorities.anchorFiles, ...(authorities.intermediateFiles ?? [])].map((file) => readFileSync(file)),
      requestCert: true,
      rejectUnauthorized: false,
      handshakeTimeout: limits.handshakeMs,
      secureOptions: constants.SSL_OP_NO_TICKET,
      ALPNProtocols: ["http/1.1"],
      keepAliveTimeout: idle,
      headersTimeout: idle,
      requestTimeout: idle,
      connectionsCheckingInterval: idle / 2,
    },
    (plain, answer) => {
      const [request, response] = [plain as unknown as ConnectRequest, answer as unknown as ConnectResponse];
      for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
      endRefusedBody(request, response);
      const site = siteOf(sites, pathOf(request));
      // What fails while an answer is written ends this request, never the process.
      (site ? site.serve(request, response) : unknown(request, response, log)).catch(() => response.destroy());
    },
  );
  server.maxRequestsPerSocket = REQUESTS_PER_CONNECTION;
  const gate = createConnectionGate("signIn", limits, metrics);
  // TLS never begins on a connection that the gate has closed.
  server.prependListener("connection", gate.admit);
  server.on("tlsClientError", () => {});

  const { host, port } = splitAddress(address);
  server.listen(port, host);
  await once(server, "listening");
  return {
    address: joinAddress(host, (server.address() as AddressInfo).port),
    setServing() {},
    async drain() {
      const closed = once(server, "close");
      server.close();
      server.closeIdleConnections();
      await closed;
    },
    close() {
      server.close();
      for (const socket of gate.sockets) socket.destroySoon();
    },
  };
}

function unknown(request: ConnectRequest, response: ConnectResponse, log: SiteFaults["log"]): Promise<void> {
  const page = ({ localized }: { localized: string }) =>
    sitePage("zh-CN", "无此页面", `<main><h1>无此页面</h1><p>${htmlText(localized)}</p></main>`);
  const refuse = async () => {
    throw noSuchPage(request.method, pathOf(request));
  };
  return answerSite(request, response, refuse, { page, log });
}
