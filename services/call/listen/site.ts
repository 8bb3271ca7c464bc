import type { ConnectRequest, ConnectResponse } from "./connect-request.ts";

/**
 * Part of the Connect listener, or of that for sign-in, that speaks plain HTTP, for what is written down elsewhere as such (OAuth 2, the beginning of a session). It sees
 * requests whose path is `path` or begins with `path/`, headers of security are set already, and it bounds what it reads itself.
 */
export interface Site {
  /** Listener that it is a part of. Absent: `connect`. */
  readonly listener?: "signIn";
  readonly path: string;
  serve(request: ConnectRequest, response: ConnectResponse): Promise<void>;
}

/** The site that a path belongs to. */
export function siteOf(sites: readonly Site[], path: string): Site | undefined {
  return sites.find((site) => path === site.path || path.startsWith(`${site.path}/`));
}
