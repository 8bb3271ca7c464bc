import type { Actor } from "../../domain/actor.ts";
import { Refusal } from "../../domain/refusal.ts";

/** Calls in a minute of an app whose token says nothing of it. */
export const DEFAULT_CALLS_PER_MINUTE = 6_000;
const MINUTE_MS = 60_000;

/** Counts the calls of apps in one process, by minutes of the monotonic clock. */
export interface AppRate {
  /**
   * Counts a call of an app. Throws `RATE_EXCEEDED` with the time to the next minute for one more than its token allows; such a
   * call is not counted. Other callers are not counted here.
   */
  admit(caller: Actor): void;
  /** Calls of an app in this minute. */
  callsOf(app: string): number;
}

/** Creates the counter of a process. It keeps the apps that have called in this minute, and no others. */
export function createAppRate(monotonic: () => number): AppRate {
  const calls = new Map<string, number>();
  let minute = 0;

  return {
    admit(caller) {
      if (caller.kind !== "app") return;
      const left = turn();
      const { app, callsPerMinute: most = DEFAULT_CALLS_PER_MINUTE } = caller;
      const count = calls.get(app) ?? 0;
      if (count >= most) {
        const message = `app ${app} may make ${most} calls a minute to one process; ask the node's operator for a higher quota`;
        const metadata = { app, limit: String(most) };
        const localizedDetail = `应用${app}每分钟对一个进程最多调用${most}次，请稍后再试，或请节点运维提高配额`;
        throw new Refusal("RATE_EXCEEDED", message, { retryAfterMs: left, metadata, localizedDetail });
      }
      calls.set(app, count + 1);
    },
    callsOf(app) {
      turn();
      return calls.get(app) ?? 0;
    },
  };

  /** Begins a new minute if it is time; gives what is left of it, milliseconds. */
  function turn(): number {
    const time = monotonic();
    const current = Math.floor(time / MINUTE_MS);
    if (current !== minute) calls.clear();
    minute = current;
    return (current + 1) * MINUTE_MS - time;
  }
}
