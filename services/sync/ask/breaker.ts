import { cannotServe } from "../../domain/reason.ts";
import { Refusal } from "../../domain/refusal.ts";

/** Whether an error means that the peer could not be asked, or cannot serve now: a full disk keeps an issuer from answering like a dead line. */
export function isAway(error: unknown): boolean {
  return error instanceof Refusal && cannotServe(error.reason);
}

/** Whether a peer has answered that others, which it names, cannot be asked: it is there itself. */
function speaksOfOthers(error: unknown): boolean {
  return error instanceof Refusal && error.reason === "PEER_AWAY" && error.metadata.nodes !== undefined;
}

/** Spares callers the wait for a peer that has not answered several times in a row. */
export interface Breaker {
  /** Calls, or throws `PEER_AWAY` at once while the peer is spared. After the pause one call tries it. */
  call<T>(ask: () => Promise<T>): Promise<T>;
}

/** Creates the breaker of one peer: after `after` failures in a row it opens for `forMs`. */
export function createBreaker(node: string, after: number, forMs: number, monotonic: () => number): Breaker {
  let failures = 0;
  let openUntil = 0;
  return {
    async call(ask) {
      const time = monotonic();
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
        if (!isAway(error) || speaksOfOthers(error)) {
          failures = 0;
          openUntil = 0;
        } else {
          failures += 1;
          if (failures >= after) openUntil = monotonic() + forMs;
        }
        throw error;
      }
    },
  };
}
