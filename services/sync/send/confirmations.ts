import { OutboxService } from "../../../proto/gen/ecert/event/v1/outbox_service_pb.ts";
import { createBell } from "../../base/bell.ts";
import { pause } from "../../base/pause.ts";
import type { ServiceName } from "../../host/config.ts";
import type { Runtime } from "../../node/runtime.ts";
import type { OutgoingRow } from "./outgoing-rows.ts";

/** Events that one call clears at most. */
const AT_ONCE = 500;
/** So long, milliseconds, what is confirmed gathers before it is cleared, where it is more than one event. */
const GATHER_MS = 50;
/** Events remembered as cleared: a page of an outbox that was read before may still show them. */
const REMEMBERED = 20_000;
/** An event that its owner still lists so long after it was cleared was not: clearing one may fail alone, and is done again when it is noticed. */
const CLEAR_AGAIN_MS = 5_000;

/** An event by name: its owner may put another one under the same key, when it takes over another record of the same revision. */
export interface EventName {
  key: string;
  /** SHA-256 (hex) of the payload. */
  payloadSha256: string;
}

/** The name of an event as one text. */
export function textOf({ key, payloadSha256 }: EventName): string {
  return `${payloadSha256} ${key}`;
}

/** Clears events at their owner once every peer has confirmed them. */
export interface Confirmations {
  /** Asks to clear an event. `rows` are then forgotten: empty for an event that goes to nobody. */
  clear(event: EventName, rows: readonly OutgoingRow[]): void;
  /** The event is being cleared or was cleared lately. */
  has(event: EventName): boolean;
  /** The owner listed an event when it was asked at `askedAt`, by the runtime's monotonic clock. Where it was cleared long before that, it is cleared again. */
  listed(event: EventName, askedAt: number): void;
  /** Keys of events that are being cleared: their owner still lists them. */
  clearing(): Iterable<string>;
  /** Works until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
}

/** Creates the confirmations for one service's outbox. `forget` is called with rows whose events are cleared. */
export function createConfirmations(
  runtime: Runtime,
  source: ServiceName,
  forget: (rows: readonly OutgoingRow[]) => Promise<void>,
): Confirmations {
  const asked = new Map<string, { event: EventName; rows: readonly OutgoingRow[] }>();
  /** By name; when, by the monotonic clock. */
  const cleared = new Map<string, number>();
  const bell = createBell();

  async function clearSome(): Promise<void> {
    const group = [...asked].slice(0, AT_ONCE);
    await runtime.client(OutboxService, source).confirmEvents({
      keys: group.map(([, { event }]) => event.key),
      payloadSha256: group.map(([, { event }]) => event.payloadSha256),
    });
    await forget(group.flatMap(([, { rows }]) => rows));
    for (const [name] of group) {
      asked.delete(name);
      cleared.delete(name);
      cleared.set(name, runtime.monotonic());
    }
    for (const oldest of cleared.keys()) {
      if (cleared.size <= REMEMBERED) break;
      cleared.delete(oldest);
    }
  }

  function clear({ key, payloadSha256 }: EventName, rows: readonly OutgoingRow[]): void {
    const event = { key, payloadSha256 };
    const name = textOf(event);
    if (asked.has(name)) return;
    asked.set(name, { event, rows });
    bell.ring();
  }

  return {
    clear,
    listed(event, askedAt) {
      const at = cleared.get(textOf(event));
      if (at !== undefined && askedAt > at + CLEAR_AGAIN_MS) clear(event, []);
    },
    has(event) {
      const name = textOf(event);
      return asked.has(name) || cleared.has(name);
    },
    clearing: () => [...asked.values()].map(({ event }) => event.key),
    async run(signal) {
      while (!signal.aborted) {
        if (asked.size === 0) await bell.wait(60_000, signal);
        // A moment's patience lets one call clear what is confirmed in a row.
        await pause(asked.size > 1 ? GATHER_MS : 10, signal);
        if (asked.size === 0 || signal.aborted) continue;
        try {
          await clearSome();
        } catch (error) {
          runtime.log.debug({ source, cause: String(error) }, "confirmed events cannot be cleared now");
          await pause(500, signal);
        }
      }
    },
  };
}
