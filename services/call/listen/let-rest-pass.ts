import type { ServerHttp2Stream } from "node:http2";

/** How long the rest of a message that is too large is let pass, and how long nothing may come of it, before the answer is sent. */
const PASS_MS = 10_000;
const QUIET_MS = 1_000;

/** Reads on without keeping anything, until all has come, nothing has come for a while, or the time is over. */
export function letRestPass(stream: ServerHttp2Stream, done: () => void): void {
  stream.removeAllListeners("data");
  const quiet = setTimeout(end, QUIET_MS).unref();
  const over = setTimeout(end, PASS_MS).unref();
  stream.on("data", () => quiet.refresh());
  for (const event of ["end", "close"]) stream.once(event, end);
  stream.resume();
  let ended = false;

  function end(): void {
    clearTimeout(quiet);
    clearTimeout(over);
    if (!ended) done();
    ended = true;
  }
}
