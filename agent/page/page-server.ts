import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { ConnectRequest, ConnectResponse } from "../../services/call/listen/connect-request.ts";
import { createConnectionGate } from "../../services/call/listen/connection-gate.ts";
import { SECURITY_HEADERS } from "../../services/call/listen/security-headers.ts";
import { loadPages } from "../../services/call/pages/load-pages.ts";
import { servePage } from "../../services/call/pages/serve-page.ts";
import { refusalOf } from "../../services/call/refusal/refusal-wire.ts";
import { Refusal } from "../../services/domain/refusal.ts";
import { joinAddress, splitAddress } from "../../services/host/listener.ts";
import type { Logger } from "../../services/host/log.ts";
import type { OfficerPageConfig } from "../config/agent-config.ts";
import type { OfficerSession, OfficerSessions } from "./officer-sessions.ts";
import type { PageCalls } from "./page-calls.ts";

/** The page's listener, open. */
export interface PageServer {
  readonly address: string;
  close(): void;
}

/** What it serves. */
export interface PageServerParts {
  config: OfficerPageConfig;
  calls: PageCalls;
  sessions: Pick<OfficerSessions, "of" | "end">;
  /** Counts a request of an address. Throws `RATE_EXCEEDED`. */
  rate: (address: string) => void;
  log: Pick<Logger, "error" | "info">;
}

/** The document among what was built. */
export const PAGE_DOCUMENT = "confirm-page/index.html";
const COOKIE = "__Host-ecert-officer";
/** Connections at once, and of one address, milliseconds for a request from its first byte, octets of a body, requests a minute from one address. */
export const LIMITS = {
  connections: 64,
  connectionsPerAddress: 16,
  requestMs: 10_000,
  idleMs: 10_000,
  bodyBytes: 32_768,
  headerBytes: 8_192,
  perMinute: 600,
} as const;
/** Scripts and styles of its own, calls to itself, nothing else; in nobody's frame. */
const POLICY = [
  "default-src 'none'",
  ...["script-src", "style-src", "connect-src", "worker-src"].map((kind) => `${kind} 'self'`),
  "img-src 'self' data:",
  ...["form-action", "frame-ancestors", "base-uri"].map((kind) => `${kind} 'none'`),
].join("; ");

/**
 * Opens the listener of the page for officers: HTTPS, for one host name, under limits of its own, so that whatever comes here keeps nothing
 * from being signed. Nobody sees an order before the security key has shown who looks. Throws `INVALID_FIELD` where the page was not built.
 */
export async function openPageServer({ config, calls, sessions, rate, log }: PageServerParts): Promise<PageServer> {
  const pages = loadPages(config.builtDirectory);
  if (!pages.has(PAGE_DOCUMENT))
    throw new Refusal(
      "INVALID_FIELD",
      `officerPage.builtDirectory: ${config.builtDirectory} has no ${PAGE_DOCUMENT}: run "npm run build-screens"`,
    );
  const { host: pageHost } = new URL(config.origin);
  const server = createServer(
    {
      key: readFileSync(config.tls.privateKeyFile),
      cert: readFileSync(config.tls.certificateFile),
      handshakeTimeout: LIMITS.requestMs,
      headersTimeout: LIMITS.requestMs,
      requestTimeout: LIMITS.requestMs,
      keepAliveTimeout: LIMITS.idleMs,
      maxHeaderSize: LIMITS.headerBytes,
      connectionsCheckingInterval: LIMITS.requestMs / 2,
    },
    (request, response) => {
      for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
      answer(request, response).catch((thrown: unknown) => refuse(response, thrown));
    },
  );
  // Before TLS, and address by address: nobody alone keeps the officers out.
  server.prependListener("connection", createConnectionGate("officerPage", LIMITS, UNCOUNTED).admit);
  server.on("tlsClientError", () => {});

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    rate(request.socket.remoteAddress ?? "");
    // Whoever calls it by another name may be led here by a name of his own.
    if (request.headers.host !== pageHost) throw new Refusal("PERMISSION_DENIED", `this is ${config.origin}`);
    const path = new URL(request.url ?? "/", config.origin).pathname;
    if (!path.startsWith("/api/")) return servePart(request, response, path);
    const session = sessions.of(tokenOf(request));
    if (request.method === "GET") {
      read(path, session, response);
      return;
    }
    if (request.method !== "POST" || request.headers.origin !== config.origin || !isJson(request))
      throw new Refusal("PERMISSION_DENIED", `only the page at ${config.origin} calls this, with JSON`);
    const body = JSON.parse(await bodyOf(request));
    if (path === "/api/enter") return tell(response, calls.enter(body));
    if (path === "/api/entered") {
      const { token, session: entered } = calls.entered(body);
      log.info({ account: entered.account, department: entered.department }, "an officer has signed in on the page");
      response.setHeader("set-cookie", `${COOKIE}=${token}; Path=/; Secure; HttpOnly; SameSite=Strict`);
      return tell(response, entered);
    }
    if (path === "/api/leave") {
      sessions.end(tokenOf(request));
      return tell(response, {});
    }
    const officer = required(session);
    if (path === "/api/prepare") return tell(response, calls.prepare(officer, body));
    if (path === "/api/confirm") return tell(response, calls.confirm(officer, body));
    throw new Refusal("PERMISSION_DENIED", `there is no ${path}`);
  }

  function read(path: string, session: OfficerSession | undefined, response: ServerResponse): void {
    const officer = required(session);
    if (path === "/api/orders") {
      tell(response, { officer, ...calls.orders(officer) });
      return;
    }
    const [, id = ""] = /^\/api\/faces\/([0-9a-f]{64})$/.exec(path) ?? [];
    const pdf = calls.face(officer, id);
    response.writeHead(200, {
      "content-type": "application/pdf",
      "content-length": pdf.length,
      "cache-control": "no-store",
    });
    response.end(pdf);
  }

  function servePart(request: IncomingMessage, response: ServerResponse, path: string): void {
    const file = path === "/" ? PAGE_DOCUMENT : path.slice(1);
    const page = path === "/" || path.startsWith("/assets/") ? pages.get(file) : undefined;
    const headers = { "content-security-policy": POLICY, "cache-control": "no-cache" };
    servePage(request as unknown as ConnectRequest, response as unknown as ConnectResponse, page, headers);
  }

  function refuse(response: ServerResponse, thrown: unknown): void {
    if (response.headersSent) return void response.destroy();
    const refusal =
      thrown instanceof SyntaxError ? new Refusal("INVALID_FIELD", "the body is no JSON") : refusalOf(thrown);
    if (refusal.reason === "INTERNAL") log.error({ cause: refusal.cause }, "the page for officers failed");
    const { reason, message, localized } = refusal;
    response.writeHead(STATUS[reason] ?? 400, {
      "content-type": "application/json",
      "cache-control": "no-store",
      connection: "close",
    });
    response.end(JSON.stringify({ reason, message, localized }));
  }

  const { host, port } = splitAddress(config.address);
  server.listen(port, host);
  await once(server, "listening");
  return {
    address: joinAddress(host, (server.address() as AddressInfo).port),
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** An agent counts no connections in its metrics. */
const UNCOUNTED = { connections() {}, connectionRefused() {} };

const STATUS: Readonly<Record<string, number>> = {
  SESSION_ENDED: 401,
  SIGN_IN_REFUSED: 401,
  ORIGIN_KEY_UNKNOWN: 401,
  PERMISSION_DENIED: 403,
  CERTIFICATE_UNKNOWN: 404,
  TOO_LARGE: 413,
  RATE_EXCEEDED: 429,
  INTERNAL: 500,
  OVERLOADED: 503,
};

function tell(response: ServerResponse, value: object): void {
  response.writeHead(200, { "content-type": "application/json", "cache-control": "no-store" });
  response.end(JSON.stringify(value));
}

function required(session: OfficerSession | undefined): OfficerSession {
  if (session) return session;
  throw new Refusal("SESSION_ENDED", "sign in with the security key");
}

function isJson({ headers }: IncomingMessage): boolean {
  return headers["content-type"] === "application/json";
}

function tokenOf({ headers }: IncomingMessage): string {
  const [, token = ""] = new RegExp(`(?:^|; )${COOKIE}=([\\w-]{43})(?:;|$)`).exec(headers.cookie ?? "") ?? [];
  return token;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > LIMITS.bodyBytes) throw new Refusal("TOO_LARGE", `a body has at most ${LIMITS.bodyBytes} octets`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
