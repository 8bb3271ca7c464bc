import { randomHex } from "../../base/random-hex.ts";
import { type ConnectRequest, type ConnectResponse, pathOf, textHeader } from "../../call/listen/connect-request.ts";
import type { Site } from "../../call/listen/site.ts";
import { Refusal } from "../../domain/refusal.ts";
import { type Answer, failed, seconds } from "./answer.ts";
import type { OauthContext } from "./open-oauth.ts";
import { PATHS } from "./paths.ts";
import { formServer, type ServeForm } from "./serve-form.ts";

/** Seconds for which metadata and keys may be kept: a key is published longer than that before it signs. */
const KEPT_SECONDS = 300;
const REQUEST_ID = /^[A-Za-z0-9._:-]{1,64}$/;

/** The endpoints of OAuth 2, for the Connect listener. */
export function oauthSites(context: OauthContext): Site[] {
  const serveForm = formServer(context);
  const serve: Site["serve"] = async (request, response) => {
    const given = textHeader(request, "x-request-id") ?? "";
    const requestId = REQUEST_ID.test(given) ? given : randomHex(12);
    const answer = await answerTo(request, requestId, context, serveForm).catch((error: unknown) => {
      context.log.error({ error: String(error), request: requestId }, "a request of OAuth 2 failed");
      return failed(500, "server_error", "the cause is in the log of the node");
    });
    // The caller may have gone meanwhile.
    if (response.destroyed || response.headersSent) return;
    write(response, requestId, answer);
  };
  return [
    { path: PATHS.metadata, serve },
    { path: "/oauth2", serve },
  ];
}

async function answerTo(
  request: ConnectRequest,
  requestId: string,
  context: OauthContext,
  serveForm: ServeForm,
): Promise<Answer> {
  const path = pathOf(request);
  if (path === PATHS.metadata) return document(request, context.metadata);
  if (path === PATHS.jwks) return document(request, context.jwks);
  if (path !== PATHS.token && path !== PATHS.revoke) {
    return failed(404, "invalid_request", `no such endpoint: see ${PATHS.metadata}`);
  }
  if (request.method !== "POST") return failed(405, "invalid_request", "the method must be POST", { allow: "POST" });
  try {
    return await serveForm(request, path, requestId);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const statuses: Partial<Record<Refusal["reason"], number>> = { TOO_LARGE: 413, DEADLINE_EXCEEDED: 408 };
    const status = error.reason === "OVERLOADED" ? 503 : (statuses[error.reason] ?? 400);
    const headers = error.retryAfterMs === undefined ? {} : { "retry-after": seconds(error.retryAfterMs) };
    return failed(status, status === 503 ? "temporarily_unavailable" : "invalid_request", error.message, headers);
  }
}

function document({ method }: ConnectRequest, content: object): Answer {
  if (method !== "GET" && method !== "HEAD") {
    return failed(405, "invalid_request", "the method must be GET", { allow: "GET, HEAD" });
  }
  return {
    status: 200,
    headers: { "cache-control": `public, max-age=${KEPT_SECONDS}` },
    body: JSON.stringify(content),
  };
}

/** Errors bear the id of the request, by which the node's logs know it. */
function write(response: ConnectResponse, requestId: string, { status, headers = {}, body }: Answer): void {
  const text = status < 400 || body === "" ? body : JSON.stringify({ ...JSON.parse(body), request_id: requestId });
  const bytes = Buffer.from(text);
  response.writeHead(status, {
    ...(bytes.length > 0 && { "content-type": "application/json" }),
    "content-length": bytes.length,
    "x-request-id": requestId,
    ...headers,
  });
  response.end(bytes);
}
