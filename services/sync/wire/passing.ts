import type { MessageInitShape } from "@bufbuild/protobuf";
import type { StuckEventSchema } from "../../../proto/gen/ecert/sync/v1/link_service_pb.ts";
import { BoundedMemory } from "../../base/bounded-memory.ts";
import { cannotServe } from "../../domain/reason.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { Runtime } from "../../node/runtime.ts";

/** Reasons that speak for trying again later, beside those of a service that cannot serve now; anything else is wrong with the event itself. */
const PASSING: ReadonlySet<string> = new Set(["CANCELLED", "REVISION_CONFLICT", "DOCUMENT_MISSING"]);

/** Whether the fault may pass by itself: the event then waits, and its source sends it again. */
export function isPassing(error: unknown): error is Refusal {
  return error instanceof Refusal && (PASSING.has(error.reason) || cannotServe(error.reason));
}

/** A fault that passes without the event that met it: of the stream, the store or the event's owner. A damaged blob is the event's own. */
export function isOfTheWay(error: unknown): error is Refusal {
  return isPassing(error) && error.reason !== "INTERNAL";
}

/** Events remembered that wait for a fault to pass; the oldest goes first. */
const REMEMBERED = 10_000;

/** An event that was not tried again for so long, milliseconds, has come through in another way, or was given up. */
const FORGOTTEN_MS = 300_000;

/** An event that was tried in vain, as operators see it. */
export type StuckEvent = MessageInitShape<typeof StuckEventSchema> & { since: string };

interface Attempt extends Required<Pick<StuckEvent, "key" | "number" | "since" | "reason" | "detail">> {
  tries: number;
  /** Milliseconds of the monotonic clock. */
  last: number;
}

/** Counts how often events were tried in vain. */
export interface Attempts {
  /** Resolves to the times that this event was tried, this one included. `number` is 0 where it is not known. */
  failed(key: string, number: number, why: { reason: string; detail: string }): number;
  succeeded(key: string): void;
  /** The event that has been tried in vain for the longest time. */
  readonly oldest: StuckEvent | undefined;
}

/** Creates the count: in memory, since whatever is sent again is counted again. */
export function createAttempts({ now, monotonic }: Pick<Runtime, "now" | "monotonic">): Attempts {
  const attempts = new BoundedMemory<string, Attempt>(REMEMBERED);
  return {
    failed(key, number, why) {
      const { since = now().toISOString(), tries = 0 } = attempts.get(key) ?? {};
      attempts.renew(key, { key, number: BigInt(number), since, tries: tries + 1, last: monotonic(), ...why });
      return tries + 1;
    },
    succeeded: (key) => void attempts.delete(key),
    get oldest() {
      const recent = [...attempts].map(([, one]) => one).filter(({ last }) => monotonic() - last < FORGOTTEN_MS);
      const [first] = recent.sort((a, b) => (a.since < b.since ? -1 : 1));
      if (!first) return undefined;
      const { last: _, ...shown } = first;
      return { ...shown, tries: BigInt(first.tries) };
    },
  };
}
