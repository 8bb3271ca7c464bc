import type { ServerHttp2Session } from "node:http2";

/** Asks the other end of a connection whether it is there, and closes one that does not answer in time. */
export function pingSession(session: ServerHttp2Session, answerMs: number): void {
  // One that is destroyed tells so only later (`close`), and a timer that comes in between would end the process by its ping.
  if (session.destroyed) return;
  const dead = setTimeout(() => session.destroy(), answerMs);
  const sent = session.ping((error) => {
    clearTimeout(dead);
    if (error) session.destroy();
  });
  if (!sent) clearTimeout(dead);
}
