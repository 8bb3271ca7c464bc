import type { Http2ServerRequest, Http2ServerResponse } from "node:http2";
import type { SessionProof } from "../chain/sessions.ts";

/** Cookie of a session. Its prefix makes browsers hold it to this host, to HTTPS and to all paths. */
export const SESSION_COOKIE = "__Host-ecert";

/** What a session cookie shows of a request; `undefined` where it has none. */
export function sessionProofOf(request: Http2ServerRequest, response: Http2ServerResponse): SessionProof | undefined {
  const secret = cookieOf(request, SESSION_COOKIE);
  if (secret === undefined) return undefined;
  return {
    secret,
    sameOrigin: isSameOrigin(request),
    forget() {
      if (!response.headersSent) response.setHeader("set-cookie", clearedCookie(SESSION_COOKIE));
    },
  };
}

/** The session cookie of a request that a page of this very origin sent; of any other request, none. */
export function shownSession(request: Http2ServerRequest): string | undefined {
  return isSameOrigin(request) ? cookieOf(request, SESSION_COOKIE) : undefined;
}

/**
 * Whether a page of this very origin sent a request. Browsers say so by `Sec-Fetch-Site`, older ones and everything that is none by `Origin`. Who
 * says neither is a program, which says it once it is told to: so a browser that says nothing is never taken at the word of a cookie.
 */
export function isSameOrigin(request: Http2ServerRequest): boolean {
  const { "sec-fetch-site": site, origin } = request.headers;
  if (site !== undefined) return site === "same-origin";
  // HTTP/1.0 needs none.
  const host = request.authority ?? request.headers.host ?? "";
  return host !== "" && origin === `https://${host}`;
}

/** The value of a cookie; the first, where several have its name. */
export function cookieOf(request: Http2ServerRequest, name: string): string | undefined {
  const header = request.headers.cookie;
  if (header === undefined) return undefined;
  for (const pair of header.split(";")) {
    const [key, value] = [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)];
    if (key.trim() === name) return value.trim();
  }
  return undefined;
}

/** A cookie that no script reads and no other site sends. Without `seconds` it goes when the browser is closed. */
export function strictCookie(name: string, value: string, seconds?: number): string {
  const age = seconds === undefined ? "" : `; Max-Age=${seconds}`;
  return `${name}=${value}; Path=/; Secure; HttpOnly; SameSite=Strict${age}`;
}

/** Takes a cookie away. */
export function clearedCookie(name: string): string {
  return strictCookie(name, "", 0);
}
