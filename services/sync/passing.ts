import { Refusal } from "../domain/refusal.ts";

/** Reasons that speak for trying again later; anything else is wrong with the event itself. */
const PASSING: ReadonlySet<string> = new Set([
  "PEER_AWAY",
  "STORE_AWAY",
  "STORE_FULL",
  "OVERLOADED",
  "DEADLINE_EXCEEDED",
  "CANCELLED",
  "REVISION_CONFLICT",
  "DOCUMENT_MISSING",
  "INTERNAL",
  "UNIMPLEMENTED",
]);

/** Whether the fault may pass by itself: the event then waits, and its source sends it again. */
export function isPassing(error: unknown): error is Refusal {
  return error instanceof Refusal && PASSING.has(error.reason);
}

/** Events remembered that wait for a fault to pass; the oldest goes first. */
const REMEMBERED = 10_000;

/** Counts how often events were tried in vain. */
export interface Attempts {
  /** Resolves to the times that this event was tried, this one included. */
  failed(key: string): number;
  succeeded(key: string): void;
}

/** Creates the count: in memory, since whatever is sent again is counted again. */
export function createAttempts(): Attempts {
  const counts = new Map<string, number>();
  return {
    failed(key) {
      const count = (counts.get(key) ?? 0) + 1;
      counts.delete(key);
      counts.set(key, count);
      const oldest = counts.keys().next();
      if (counts.size > REMEMBERED && !oldest.done) counts.delete(oldest.value);
      return count;
    },
    succeeded: (key) => void counts.delete(key),
  };
}
