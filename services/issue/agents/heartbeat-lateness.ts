/** An agent's heartbeats come so often at least (contract of `Heartbeat`), milliseconds. */
const EXPECTED_MS = 15_000;

/**
 * Tells, at each heartbeat of a stream, how late it may be, in milliseconds: it may have lain in a socket that stood still for as long as
 * the silence before it was longer than it should be, and so may all that come at once with it. `since`: when the stream was heard first,
 * by the monotonic clock, like what is given at each heartbeat.
 */
export function createLateness(since: number): (at: number) => number {
  let heard = since;
  let late = 0;
  return (at) => {
    const silence = at - heard;
    heard = at;
    late = Math.max(0, silence - EXPECTED_MS, late - silence);
    return late;
  };
}
