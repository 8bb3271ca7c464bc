import type { Http2SecureServer, ServerHttp2Session } from "node:http2";
import { pingSession } from "./session-ping.ts";

const PING_MS = 20_000;

/**
 * Looks after the HTTP/2 connections of a server: closes one, in good order, that had no call for so long, and one that does not answer a ping.
 * A broken handshake or connection is the client's affair, and ends nothing else. Returns the connections that are open.
 */
export function keepSessions(server: Http2SecureServer, idleMs: number): ReadonlySet<ServerHttp2Session> {
  const sessions = new Set<ServerHttp2Session>();
  server.on("session", (session) => {
    sessions.add(session);
    closeIdle(session, idleMs);
    const timer = setInterval(() => pingSession(session, PING_MS / 2), PING_MS);
    session.once("close", () => {
      clearInterval(timer);
      sessions.delete(session);
    });
  });
  // Without listeners these would end the process.
  server.on("tlsClientError", () => {});
  server.on("sessionError", () => {});
  return sessions;
}

function closeIdle(session: ServerHttp2Session, idleMs: number): void {
  let calls = 0;
  let timer: NodeJS.Timeout | undefined;
  const wait = () => {
    timer = setTimeout(() => session.close(), idleMs).unref();
  };
  wait();
  session.on("stream", (stream) => {
    calls += 1;
    clearTimeout(timer);
    stream.once("close", () => {
      calls -= 1;
      if (calls === 0 && !session.closed) wait();
    });
  });
  session.once("close", () => clearTimeout(timer));
}
