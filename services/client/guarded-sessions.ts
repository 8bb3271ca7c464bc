import type {
  ClientHttp2Session,
  ClientHttp2Stream,
  ClientSessionRequestOptions,
  OutgoingHttpHeaders,
} from "node:http2";
import { Http2SessionManager } from "@connectrpc/connect-node";

/**
 * Connections to one address. The library forgets a connection that it leaves, but an answer to its last PING that comes late
 * (the process stood still, or its machine was moved) still makes it destroy that connection with an error; nobody listens to
 * it by then, and the department's whole process would end. So every connection keeps one listener of ours to its end.
 */
export class GuardedSessions extends Http2SessionManager {
  readonly #guarded = new WeakSet<ClientHttp2Session>();

  override async request(
    method: string,
    path: string,
    headers: OutgoingHttpHeaders,
    options: Omit<ClientSessionRequestOptions, "signal">,
  ): Promise<ClientHttp2Stream> {
    const stream = await super.request(method, path, headers, options);
    const { session } = stream;
    if (session !== undefined && !this.#guarded.has(session as ClientHttp2Session)) {
      this.#guarded.add(session as ClientHttp2Session);
      // The library's own listener, while it is there, has dealt with the error already.
      session.on("error", () => {});
    }
    return stream;
  }
}
