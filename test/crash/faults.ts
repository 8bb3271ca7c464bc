import { refusalFromError } from "../../services/call/refusal/refusal-wire.ts";
import type { Reason } from "../../services/domain/reason.ts";

/** What callers may be told while parts of the platform are killed: all of it invites them to call again. */
const PASSING: ReadonlySet<Reason> = new Set<Reason>([
  "PEER_AWAY",
  "AGENT_AWAY",
  "DEVICE_AWAY",
  "DEVICE_FAULT",
  "STORE_AWAY",
  "OVERLOADED",
  "REVISION_CONFLICT",
  "DEADLINE_EXCEEDED",
]);

/** Refusals that callers met. */
export interface Faults {
  /** How often each reason was met. */
  readonly met: ReadonlyMap<string, number>;
  /** Refusals that no crash excuses, in words; a test demands that there are none. */
  readonly wrong: readonly string[];
  /** Takes what a call threw; returns its reason. */
  note(during: string, error: unknown): Reason;
}

/** Creates an empty account of refusals; `excused` are reasons that what is done to the platform excuses beside those of a crash. */
export function createFaults(excused: readonly Reason[] = []): Faults {
  const met = new Map<string, number>();
  const wrong: string[] = [];
  return {
    met,
    wrong,
    note(during, error) {
      const { reason, message, metadata } = refusalFromError(error);
      met.set(reason, (met.get(reason) ?? 0) + 1);
      if (!PASSING.has(reason) && !excused.includes(reason))
        wrong.push(`${during}: ${reason} ${message} ${JSON.stringify(metadata)}`);
      return reason;
    },
  };
}
