import type { PendingEvent } from "../../proto/gen/ecert/event/v1/event_pb.ts";
import { Refusal } from "../domain/refusal.ts";
import type { ServiceName } from "../runtime/config.ts";
import { EVENT_BLOBS, EVENT_BYTES } from "../runtime/pending-events.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { causeOf } from "../runtime/set-aside-row.ts";
import type { Peer } from "./topology.ts";

/** Events held at most; of more, the oldest is tried again sooner. */
const HELD = 10_000;

interface Held {
  source: ServiceName;
  event: PendingEvent;
  /** Milliseconds since the epoch. */
  until: number;
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
}

/** Creates the hold of a link. `check` throws where an event cannot be sent now; `again` is told of one that can. */
export function createHeldEvents(
  { setAside, now, log, metrics }: Runtime,
  peer: Peer,
  holdMs: number,
  check: (source: ServiceName, event: PendingEvent) => Promise<void>,
  again: () => void,
): HeldEvents {
  const held = new Map<string, Held>();
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
      held.set(idOf(source, key), { source, event, until: now().getTime() + holdMs });
      const oldest = held.keys().next();
      if (held.size > HELD && !oldest.done) held.delete(oldest.value);
      metrics.count("events_held", { peer: peer.node });
      log.debug({ peer: peer.node, key, cause: String(cause) }, "an event cannot be sent and is held");
      await setAside.tell({ ...place, key, ...causeOf(cause) });
    },
    has(source, key) {
      const found = held.get(idOf(source, key));
      return found !== undefined && now().getTime() < found.until;
    },
    async sent(source, key) {
      held.delete(idOf(source, key));
      await setAside.cleared({ ...place, key });
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
