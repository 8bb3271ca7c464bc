import type { PendingEvent } from "../../../proto/gen/ecert/event/v1/event_pb.ts";
import { BoundedMemory } from "../../base/bounded-memory.ts";
import { Refusal } from "../../domain/refusal.ts";
import { EVENT_BLOBS, EVENT_BYTES } from "../../event/pending-events.ts";
import { causeOf } from "../../event/set-aside-row.ts";
import type { ServiceName } from "../../host/config.ts";
import type { Runtime } from "../../node/runtime.ts";
import type { StuckEvent } from "../wire/passing.ts";
import type { Peer } from "../wire/topology.ts";

/** Events held at most; of more, the oldest is tried again sooner. */
const HELD = 10_000;

interface Held {
  source: ServiceName;
  event: PendingEvent;
  /** Milliseconds of the monotonic clock. */
  until: number;
  /** When it was held first, RFC 3339. */
  since: string;
  /** Times that it was held. */
  tries: number;
  why: { reason: string; detail: string };
}

/**
 * Events that cannot be numbered, signed or sent, for a reason of their own: they are set aside (place `outbox`) and take no
 * place of those that fly. They stay pending at their owner and are tried again now and then, and on request.
 */
export interface HeldEvents {
  /** Sets an event aside and holds it for a while. */
  hold(source: ServiceName, event: PendingEvent, cause: unknown): Promise<void>;
  /** The event is not to be tried yet. */
  has(source: ServiceName, key: string): boolean;
  /** The stream has taken the event after all. */
  sent(source: ServiceName, key: string): Promise<void>;
  /** The event that has been held longest. */
  readonly oldest: StuckEvent | undefined;
}

/** Creates the hold of a link. `check` throws where an event cannot be sent now; `again` is told of one that can. */
export function createHeldEvents(
  { setAside, now, monotonic, log, metrics }: Runtime,
  peer: Peer,
  holdMs: number,
  check: (source: ServiceName, event: PendingEvent) => Promise<void>,
  again: () => void,
): HeldEvents {
  const held = new BoundedMemory<string, Held>(HELD);
  const place = { place: "outbox", source: peer.outgoing.stream, node: peer.node } as const;
  const idOf = (source: ServiceName, key: string) => `${source}|${key}`;

  setAside.onRetry(place.place, place.source, async ({ key }) => {
    for (const [id, { source, event }] of held) {
      if (event.key !== key) continue;
      await check(source, event);
      held.delete(id);
    }
    again();
  });

  return {
    async hold(source, event, cause) {
      const { key } = event;
      const id = idOf(source, key);
      const { since = now().toISOString(), tries = 0 } = held.get(id) ?? {};
      const why = causeOf(cause);
      held.set(id, { source, event, until: monotonic() + holdMs, since, tries: tries + 1, why });
      metrics.count("events_held", { peer: peer.node });
      log.debug({ peer: peer.node, key, cause: String(cause) }, "an event cannot be sent and is held");
      await setAside.tell({ ...place, key, ...why });
    },
    has(source, key) {
      const found = held.get(idOf(source, key));
      return found !== undefined && monotonic() < found.until;
    },
    async sent(source, key) {
      held.delete(idOf(source, key));
      await setAside.cleared({ ...place, key });
    },
    get oldest() {
      let oldest: Held | undefined;
      for (const [, one] of held) if (!oldest || one.since < oldest.since) oldest = one;
      return oldest && { key: oldest.event.key, since: oldest.since, tries: BigInt(oldest.tries), ...oldest.why };
    },
  };
}

/** Throws where no stream would take the event, before it gets a number. */
export function requireSendable({ key, payload, blobs }: PendingEvent): void {
  if (payload.length > EVENT_BYTES || blobs.length > EVENT_BLOBS)
    throw new Refusal("TOO_LARGE", `event ${key} has ${payload.length} bytes and ${blobs.length} blobs`, {
      metadata: { key },
    });
}
