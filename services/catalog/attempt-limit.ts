import { Refusal } from "../domain/refusal.ts";

/** Failures allowed per name and minute before it is stopped for the rest of the minute. */
export const FAILURES_PER_MINUTE = 10;
/** Names remembered at most; beyond it the oldest is forgotten. */
const NAMES = 10_000;
const MINUTE_MS = 60_000;

/** Counts failed attempts per name, so that secrets cannot be guessed at speed. */
export interface AttemptLimit {
  /** Throws `RATE_EXCEEDED` with the time to wait if the name has failed too often. */
  admit(name: string): void;
  /** Records a failure. */
  failed(name: string): void;
}

/** Creates a limit for one process. */
export function createAttemptLimit(now: () => Date): AttemptLimit {
  const failures = new Map<string, { since: number; count: number }>();
  return {
    admit(name) {
      const record = failures.get(name);
      if (!record) return;
      const left = record.since + MINUTE_MS - now().getTime();
      if (left <= 0) {
        failures.delete(name);
      } else if (record.count >= FAILURES_PER_MINUTE) {
        throw new Refusal("RATE_EXCEEDED", `too many failed attempts for ${name}; wait ${Math.ceil(left / 1000)} s`, {
          retryAfterMs: left,
          metadata: { name },
        });
      }
    },
    failed(name) {
      const record = failures.get(name) ?? { since: now().getTime(), count: 0 };
      record.count += 1;
      failures.delete(name);
      failures.set(name, record);
      if (failures.size > NAMES) failures.delete(failures.keys().next().value ?? "");
    },
  };
}
