import { toBinary } from "@bufbuild/protobuf";
import { type PendingEvent, type Receipt, SignedEventSchema } from "../../proto/gen/ecert/event/v1/event_pb.ts";
import type { ServiceName } from "../runtime/config.ts";
import type { EventLink } from "../runtime/event-link.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { BlobCourier, LoadedBlob } from "./blob-courier.ts";
import { createHeldEvents, type HeldEvents, requireSendable } from "./held-events.ts";
import type { SyncOptions } from "./options.ts";
import type { Outgoing, OutgoingRow } from "./outgoing.ts";
import { isPassing } from "./passing.ts";
import { createBell, pause } from "./pause.ts";
import { FIRST_PREVIOUS, safe, signEvent } from "./signed-event.ts";
import { DATA, type Peer } from "./topology.ts";

/** An event that has its number for a peer. */
export interface NumberedEvent {
  row: OutgoingRow;
  event: PendingEvent;
}

/** An event that waits for a receipt. */
interface Flight extends NumberedEvent {
  /** Times that the stream took it. */
  taken: number;
  /** When it is handed over (again), milliseconds since the epoch; `undefined` while that is being done. */
  due: number | undefined;
}

/** What became of an event that was offered. `held`: it is set aside, see {@link HeldEvents}. A row: the peer confirmed it before. */
export type Offered = "full" | "flying" | "held" | OutgoingRow;

/** Sends events to one peer until it has confirmed them. */
export interface Sender {
  /** Takes an event unless `window` events are waiting already. An event that flies or is confirmed is not taken twice. */
  offer(source: ServiceName, event: PendingEvent): Promise<Offered>;
  /** Takes a receipt whose signature was verified. Returns the event that it confirms, or `undefined` if it fits none. */
  received(receipt: Receipt): NumberedEvent | undefined;
  /** Sends until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
  /** Events that wait for a receipt. */
  readonly waiting: number;
  /** The waiting event with the lowest number. */
  readonly oldest: OutgoingRow | undefined;
  /** The last event handed over was taken by the stream. */
  readonly reached: boolean;
}

/** What a sender works with. */
export interface SenderParts {
  runtime: Runtime;
  events: EventLink;
  peer: Peer;
  outgoing: Outgoing;
  courier: BlobCourier;
  options: SyncOptions;
}

/** Creates the sender of a link. */
export function createSender(parts: SenderParts): Sender {
  return new PeerSender(parts);
}

/** Pauses while the stream cannot be reached, at most. */
const AWAY_MS = 2_000;

/** Events whose blobs are read ahead of their turn. */
const READ_AHEAD = 8;

/** Owns the events in flight to one peer. */
class PeerSender implements Sender {
  readonly #parts: SenderParts;
  /** By source and key, in the order of numbers. */
  readonly #flights = new Map<string, Flight>();
  readonly #bell = createBell();
  readonly #held: HeldEvents;
  /** Places taken by events that are being numbered. */
  #entering = 0;
  #failures = 0;

  constructor(parts: SenderParts) {
    this.#parts = parts;
    const { runtime, peer, options } = parts;
    const check = (source: ServiceName, event: PendingEvent) => this.#check(source, event);
    this.#held = createHeldEvents(runtime, peer, options.repeatMaxMs, check, () => this.#bell.ring());
  }

  get waiting(): number {
    return this.#flights.size;
  }

  get oldest(): OutgoingRow | undefined {
    let oldest: OutgoingRow | undefined;
    for (const { row } of this.#flights.values()) if (!oldest || row.number < oldest.number) oldest = row;
    return oldest;
  }

  get reached(): boolean {
    return this.#failures === 0;
  }

  async offer(source: ServiceName, event: PendingEvent): Promise<Offered> {
    const id = `${source}|${event.key}`;
    if (this.#flights.has(id)) return "flying";
    if (this.#held.has(source, event.key)) return "held";
    const { outgoing, options, runtime } = this.#parts;
    if (this.#flights.size + this.#entering >= options.window) return "full";
    this.#entering += 1;
    try {
      requireSendable(event);
      const row = await outgoing.assign(source, event);
      if (row.confirmed) return row;
      if (!this.#flights.has(id)) this.#flights.set(id, { row, event, taken: 0, due: runtime.now().getTime() });
    } catch (error) {
      if (waits(error)) throw error;
      await this.#held.hold(source, event, error);
      return "held";
    } finally {
      this.#entering -= 1;
    }
    this.#bell.ring();
    return "flying";
  }

  received(receipt: Receipt): NumberedEvent | undefined {
    const number = safe(receipt.number);
    for (const [id, flight] of this.#flights) {
      const { row } = flight;
      if (row.number !== number) continue;
      if (row.key !== receipt.key || row.payloadSha256 !== receipt.payloadSha256) return undefined;
      this.#flights.delete(id);
      return flight;
    }
    return undefined;
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const now = this.#parts.runtime.now().getTime();
      const due = [...this.#flights.values()].filter((flight) => flight.due !== undefined && flight.due <= now);
      due.sort((a, b) => a.row.number - b.row.number);
      await this.#sendAll(due, signal);
      if (this.#failures > 0) await pause(Math.min(AWAY_MS, 250 * 2 ** (this.#failures - 1)), signal);
      else await this.#bell.wait(this.#untilNext(), signal);
    }
  }

  /** Sends in order; blobs of the next few are read meanwhile. Stops where the stream cannot be reached. */
  async #sendAll(due: readonly Flight[], signal: AbortSignal): Promise<void> {
    const loads: Promise<LoadedBlob[]>[] = [];
    for (const [index, flight] of due.entries()) {
      if (signal.aborted) return;
      for (const next of due.slice(loads.length, index + (this.#failures > 0 ? 1 : READ_AHEAD))) {
        const load = this.#parts.courier.load(next.row.source, next.event.blobs, next.taken > 0);
        load.catch(() => {});
        loads.push(load);
      }
      if (!(await this.#send(flight, loads[index] as Promise<LoadedBlob[]>))) return;
    }
  }

  /** Milliseconds until something is due. */
  #untilNext(): number {
    const now = this.#parts.runtime.now().getTime();
    let least = 1_000;
    for (const { due } of this.#flights.values()) if (due !== undefined) least = Math.min(least, due - now);
    return Math.max(least, 0);
  }

  /**
   * Hands an event to the link. While the stream takes what it is given, its acknowledgements are not awaited, so that many
   * are on their way; after a failure one event at a time tries it. Returns whether the next may go.
   */
  async #send(flight: Flight, load: Promise<LoadedBlob[]>): Promise<boolean> {
    if (!this.#flights.has(`${flight.row.source}|${flight.row.key}`)) return true;
    flight.due = undefined;
    const cautious = this.#failures > 0;
    try {
      const { published } = await this.#publish(flight, load);
      const settled = published.then(
        () => this.#taken(flight),
        (error: unknown) => this.#failed(flight, error),
      );
      settled.catch(() => {});
      if (cautious) await settled;
    } catch (error) {
      await this.#failed(flight, error);
    }
    return this.#failures === 0;
  }

  /** Resolves when everything is handed to the link; `published` when the stream has taken it. */
  async #publish(flight: Flight, load: Promise<LoadedBlob[]>): Promise<{ published: Promise<unknown> }> {
    const { runtime, events, peer, courier } = this.#parts;
    const { row, event } = flight;
    const { arrived } = await courier.publish(await load);
    const signed = signEvent(runtime, peer.node, event, row);
    const subject = `${peer.outgoing.prefix}.${DATA}.event.${row.number}`;
    const published = events.publish(subject, toBinary(SignedEventSchema, signed));
    runtime.metrics.count("events_published", { peer: peer.node, repeated: String(flight.taken > 0) });
    return { published: Promise.all([arrived, published]) };
  }

  /** Throws where nothing would come of sending the event now. */
  async #check(source: ServiceName, event: PendingEvent): Promise<void> {
    const { runtime, peer, courier } = this.#parts;
    requireSendable(event);
    signEvent(runtime, peer.node, event, { number: 1, previous: FIRST_PREVIOUS });
    await courier.load(source, event.blobs, true);
  }

  async #taken(flight: Flight): Promise<void> {
    const { options, runtime } = this.#parts;
    this.#failures = 0;
    const wait = Math.min(options.repeatMs * 2 ** flight.taken, options.repeatMaxMs);
    flight.taken += 1;
    flight.due = runtime.now().getTime() + wait;
    await this.#held.sent(flight.row.source, flight.row.key);
  }

  /** What is wrong with the event itself says nothing of the stream: it makes room, and the next may go. */
  async #failed(flight: Flight, error: unknown): Promise<void> {
    const { runtime, peer } = this.#parts;
    if (!waits(error)) {
      const { source, key } = flight.row;
      this.#flights.delete(`${source}|${key}`);
      return this.#held.hold(source, flight.event, error);
    }
    if (this.#failures === 0)
      runtime.log.info({ peer: peer.node, cause: String(error) }, "events wait: the peer's stream cannot be reached");
    this.#failures += 1;
    flight.due = runtime.now().getTime();
    this.#bell.ring();
  }
}

/** A fault that passes without this event: of the stream, the store or the event's owner. A damaged blob is the event's own. */
function waits(error: unknown): boolean {
  return isPassing(error) && error.reason !== "INTERNAL";
}
