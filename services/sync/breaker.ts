import { Refusal } from "../domain/refusal.ts";

/** Reasons that say that a peer could not be asked, as against having answered. */
const AWAY: ReadonlySet<string> = new Set([
  "PEER_AWAY",
  "DEADLINE_EXCEEDED",
  "OVERLOADED",
  "STORE_AWAY",
  "INTERNAL",
  "UNIMPLEMENTED",
]);

/** Whether an error means that the peer could not be asked. */
export function isAway(error: unknown): boolean {
  return error instanceof Refusal && AWAY.has(error.reason);
}

/** Spares callers the wait for a peer that has not answered several times in a row. */
export interface Breaker {
  /** Calls, or throws `PEER_AWAY` at once while the peer is spared. After the pause one call tries it. */
  call<T>(ask: () => Promise<T>): Promise<T>;
}

/** Creates the breaker of one peer: after `after` failures in a row it opens for `forMs`. */
export function createBreaker(node: string, after: number, forMs: number, now: () => Date): Breaker {
  let failures = 0;
  let openUntil = 0;
  return {
    async call(ask) {
      const time = now().getTime();
      if (time < openUntil) {
        const retryAfterMs = openUntil - time;
        throw new Refusal("PEER_AWAY", `${node} has not answered ${failures} times and is not asked for a while`, {
          retryAfterMs,
          metadata: { node },
        });
      }
      // Who comes while this one tries is spared too.
      if (failures >= after) openUntil = time + forMs;
      try {
        const answer = await ask();
        failures = 0;
        openUntil = 0;
        return answer;
      } catch (error) {
        if (!isAway(error)) {
          failures = 0;
          openUntil = 0;
        } else {
          failures += 1;
          if (failures >= after) openUntil = now().getTime() + forMs;
        }
        throw error;
      }
    },
  };
}
