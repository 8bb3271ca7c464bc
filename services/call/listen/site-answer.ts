import { codeToHttpStatus, errorToJsonBytes } from "@connectrpc/connect/protocol-connect";
import { Refusal } from "../../domain/refusal.ts";
import type { Logger } from "../../host/log.ts";
import { connectErrorOf, refusalOf } from "../refusal/refusal-wire.ts";
import { type ConnectRequest, type ConnectResponse, pathOf, textHeader } from "./connect-request.ts";
import { SITE_POLICY, SITE_STYLE } from "./site-style.ts";

/** What a site answers: JSON or a page, and perhaps cookies; or where to go on. */
export interface SiteAnswer {
  status?: number;
  json?: unknown;
  html?: string;
  /** Sends a browser on (303). */
  location?: string;
  cookies?: readonly string[];
}

/** How a site tells what it refuses. */
export interface SiteFaults {
  /** A page for people who came with a browser. */
  page(refusal: Refusal): string;
  /** Told of the cause of what is told as `INTERNAL` with an id. */
  log: Pick<Logger, "error">;
}

/**
 * Answers a request to a site. Whatever `answer` throws is told as every refusal: in JSON as Connect tells it, or as `page` makes of it for people who
 * came with a browser.
 */
export async function answerSite(
  request: ConnectRequest,
  response: ConnectResponse,
  answer: () => Promise<SiteAnswer>,
  { page, log }: SiteFaults,
): Promise<void> {
  const found = await answer().catch((thrown: unknown): SiteAnswer => {
    const refusal = refusalOf(thrown);
    if (refusal.reason === "INTERNAL")
      log.error({ id: refusal.metadata.id ?? "none", path: pathOf(request), cause: refusal.cause }, refusal.message);
    const status = codeToHttpStatus(connectErrorOf(refusal).code);
    return wantsPage(request) ? { status, html: page(refusal) } : { status, json: refusal };
  });
  if (response.destroyed || response.headersSent) return;
  const { status, json, html, location, cookies = [] } = found;
  if (cookies.length > 0) response.setHeader("set-cookie", [...cookies]);
  if (location !== undefined) {
    response.writeHead(303, { location, "content-length": 0 });
    response.end();
    return;
  }
  const bytes = html === undefined ? jsonBytes(json) : Buffer.from(html);
  if (html !== undefined) response.setHeader("content-security-policy", SITE_POLICY);
  const type = html === undefined ? "application/json" : "text/html; charset=utf-8";
  response.writeHead(status ?? 200, { "content-type": type, "content-length": bytes.length });
  response.end(bytes);
}

/** Whether a browser asks for a page: programs and scripts do not. */
export function wantsPage(request: ConnectRequest): boolean {
  return /\btext\/html\b/.test(textHeader(request, "accept") ?? "");
}

/** The refusal of a method or path that a site does not have. */
export function noSuchPage(method: string, path: string): Refusal {
  const message = `${method} ${path} is not served here: see the section on staff of the service's documentation`;
  return new Refusal("UNIMPLEMENTED", message, { localizedDetail: `此处不提供${method} ${path}，请核对地址和方法` });
}

/** A page of a site, under the one style that its policy allows. `body` is HTML. */
export function sitePage(language: string, title: string, body: string): string {
  return `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title}</title><style>${SITE_STYLE}</style></head>
<body>${body}</body></html>
`;
}

/** A text as it stands in a page. */
export function htmlText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function jsonBytes(json: unknown): Uint8Array {
  if (json instanceof Refusal) return errorToJsonBytes(connectErrorOf(json), undefined);
  return Buffer.from(JSON.stringify(json ?? {}));
}
