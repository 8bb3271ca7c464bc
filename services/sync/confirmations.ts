import { OutboxService } from "../../proto/gen/ecert/event/v1/outbox_service_pb.ts";
import type { ServiceName } from "../runtime/config.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { OutgoingRow } from "./outgoing.ts";
import { createBell, pause } from "./pause.ts";

/** Keys that one call clears at most. */
const AT_ONCE = 500;
/** Keys remembered as cleared: a page of an outbox that was read before may still show them. */
const REMEMBERED = 20_000;

/** Clears events at their owner once every peer has confirmed them. */
export interface Confirmations {
  /** Asks to clear an event. `rows` are then forgotten: empty for an event that goes to nobody. */
  clear(key: string, rows: readonly OutgoingRow[]): void;
  /** The event is being cleared or was cleared lately. */
  has(key: string): boolean;
  /** Works until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
}

/** Creates the confirmations for one service's outbox. `forget` is called with rows whose events are cleared. */
export function createConfirmations(
  runtime: Runtime,
  source: ServiceName,
  forget: (rows: readonly OutgoingRow[]) => Promise<void>,
): Confirmations {
  const asked = new Map<string, readonly OutgoingRow[]>();
  const cleared = new Set<string>();
  const bell = createBell();

  async function clearSome(): Promise<void> {
    const group = [...asked].slice(0, AT_ONCE);
    await runtime.client(OutboxService, source).confirmEvents({ keys: group.map(([key]) => key) });
    await forget(group.flatMap(([, rows]) => rows));
    for (const [key] of group) {
      asked.delete(key);
      cleared.add(key);
    }
    for (const oldest of cleared) {
      if (cleared.size <= REMEMBERED) break;
      cleared.delete(oldest);
    }
  }

  return {
    clear(key, rows) {
      if (asked.has(key)) return;
      asked.set(key, rows);
      bell.ring();
    },
    has: (key) => asked.has(key) || cleared.has(key),
    async run(signal) {
      while (!signal.aborted) {
        if (asked.size === 0) await bell.wait(60_000, signal);
        // A moment's patience lets one call clear what is confirmed in a row.
        await pause(10, signal);
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
