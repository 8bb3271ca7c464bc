import type { PendingEvent, Receipt } from "../../../proto/gen/ecert/event/v1/event_pb.ts";
import { createBell } from "../../base/bell.ts";
import { pause } from "../../base/pause.ts";
import type { Refusal } from "../../domain/refusal.ts";
import type { ServiceName } from "../../host/config.ts";
import { isOfTheWay, type StuckEvent } from "../wire/passing.ts";
import { FIRST_PREVIOUS, safe, signEvent } from "../wire/signed-event.ts";
import type { LoadedBlob } from "./blob-courier.ts";
import { groupsOf, isHeavy, type LoadedFlight, nextOf } from "./event-groups.ts";
import { type Flight, type NumberedEvent, stuckOf } from "./flight.ts";
import { createHeldEvents, type HeldEvents, requireSendable } from "./held-events.ts";
import type { OutgoingRow } from "./outgoing-rows.ts";
import { createPublisher, type Publisher } from "./publisher.ts";
import type { Offered, Sender, SenderParts } from "./sender.ts";

/** Creates the sender of a link. */
export function createSender(parts: SenderParts): Sender {
  return new PeerSender(parts);
}

/** Pauses while the stream cannot be reached, at most. */
const AWAY_MS = 2_000;
/** Pause between two looks at a gate that is closed. */
const CLOSED_MS = 100;

/** Events whose blobs are read ahead of their turn. */
const READ_AHEAD = 8;

/** Owns the events in flight to one peer. */
class PeerSender implements Sender {
  readonly #parts: SenderParts;
  /** By source and key, in the order of numbers. */
  readonly #flights = new Map<string, Flight>();
  readonly #bell = createBell();
  readonly #held: HeldEvents;
  readonly #publisher: Publisher;
  /** Places taken by events that are being numbered. */
  #entering = 0;
  #failures = 0;
  #streamFault: Refusal | undefined;

  constructor(parts: SenderParts) {
    this.#parts = parts;
    const { runtime, peer, options } = parts;
    this.#publisher = createPublisher(parts);
    const check = (source: ServiceName, event: PendingEvent) => this.#check(source, event);
    this.#held = createHeldEvents(runtime, peer, options.repeatMaxMs, check, () => this.#bell.ring());
  }

  get waiting(): number {
    return this.#flights.size;
  }

  get full(): boolean {
    const { options, gate } = this.#parts;
    return !gate.open || this.#flights.size + this.#entering >= options.window;
  }

  get oldest(): OutgoingRow | undefined {
    let oldest: OutgoingRow | undefined;
    for (const { row } of this.#flights.values()) if (!oldest || row.number < oldest.number) oldest = row;
    return oldest;
  }

  get reached(): boolean {
    return this.#failures === 0;
  }

  get streamFault(): Refusal | undefined {
    return this.#streamFault;
  }

  get stuck(): StuckEvent | undefined {
    const { oldest } = this;
    return stuckOf(oldest && this.#flights.get(`${oldest.source}|${oldest.key}`), this.#held.oldest);
  }

  async offer(source: ServiceName, event: PendingEvent): Promise<Offered> {
    const id = `${source}|${event.key}`;
    if (this.#flights.has(id)) return "flying";
    if (this.#held.has(source, event.key)) return "held";
    const { outgoing, runtime } = this.#parts;
    if (this.full) return "full";
    this.#entering += 1;
    try {
      requireSendable(event);
      const row = await outgoing.assign(source, event);
      if (row.confirmed) return row;
      if (!this.#flights.has(id))
        this.#flights.set(id, { row, event, tries: 0, taken: 0, fault: undefined, due: runtime.monotonic() });
    } catch (error) {
      if (isOfTheWay(error)) throw error;
      await this.#held.hold(source, event, error);
      return "held";
    } finally {
      this.#entering -= 1;
    }
    this.#bell.ring();
    return "flying";
  }

  forget(): void {
    this.#flights.clear();
  }

  received(receipt: Receipt): NumberedEvent | undefined {
    const number = safe(receipt.number);
    for (const [id, flight] of this.#flights) {
      const { row } = flight;
      if (row.number !== number) continue;
      if (row.key !== receipt.key || row.payloadSha256 !== receipt.payloadSha256) return undefined;
      this.#flights.delete(id);
      // Where all that was tried in vain has arrived after all, nothing more will be sent that could show it.
      if (this.#flights.size === 0) {
        this.#failures = 0;
        this.#streamFault = undefined;
      }
      return flight;
    }
    return undefined;
  }

  #flies({ row }: Flight): boolean {
    return this.#flights.has(`${row.source}|${row.key}`);
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      if (!this.#parts.gate.open) await pause(CLOSED_MS, signal);
      const now = this.#parts.runtime.monotonic();
      const due = [...this.#flights.values()].filter((flight) => flight.due !== undefined && flight.due <= now);
      due.sort((a, b) => a.row.number - b.row.number);
      await this.#sendAll(due, signal);
      if (this.#failures > 0) await pause(Math.min(AWAY_MS, 250 * 2 ** (this.#failures - 1)), signal);
      else await this.#bell.wait(this.#untilNext(), signal);
    }
  }

  /** Sends in order, together what may go so. Stops where the stream cannot be reached. */
  async #sendAll(due: readonly Flight[], signal: AbortSignal): Promise<void> {
    const { peer, gate } = this.#parts;
    for (let next = 0; next < due.length; ) {
      if (signal.aborted || !gate.open) return;
      const { together, alone } = nextOf(due.slice(next), this.#failures === 0, peer);
      const goesOn = together.length > 0 ? await this.#sendTogether(together) : await this.#sendSingly(alone, signal);
      if (!goesOn) return;
      next += together.length || alone.length;
    }
  }

  /** Sends each by itself; blobs of the next few are read meanwhile. */
  async #sendSingly(flights: readonly Flight[], signal: AbortSignal): Promise<boolean> {
    const loads: Promise<LoadedBlob[]>[] = [];
    for (const [index, flight] of flights.entries()) {
      if (signal.aborted || !this.#parts.gate.open) return false;
      for (const next of flights.slice(loads.length, index + (this.#failures > 0 ? 1 : READ_AHEAD))) {
        const load = this.#parts.courier.load(next.row.source, next.event, next.taken > 0);
        load.catch(() => {});
        loads.push(load);
      }
      if (!(await this.#send(flight, loads[index] as Promise<LoadedBlob[]>))) return false;
    }
    return true;
  }

  /** Hands events to the link by as few messages as they fit into. */
  async #sendTogether(flights: readonly Flight[]): Promise<boolean> {
    const { courier } = this.#parts;
    const flying = flights.filter((flight) => this.#flies(flight));
    for (const flight of flying) {
      flight.due = undefined;
      flight.tries += 1;
    }
    const loads = flying.map(({ row, event }) => courier.load(row.source, event, false));
    const loaded: LoadedFlight[] = [];
    for (const [index, load] of (await Promise.allSettled(loads)).entries()) {
      const flight = flying[index] as Flight;
      if (load.status === "fulfilled") loaded.push({ flight, blobs: load.value });
      else await this.#failed([flight], load.reason);
    }
    for (const group of groupsOf(loaded)) {
      const [first] = group as [LoadedFlight];
      const published = isHeavy(first) ? this.#publisher.one(first) : this.#publisher.group(group);
      await published.then(
        ({ published }) => this.#settles(group, published),
        (error: unknown) => this.#refused(group, error),
      );
    }
    return this.#failures === 0;
  }

  /** Milliseconds until something is due. */
  #untilNext(): number {
    const now = this.#parts.runtime.monotonic();
    let least = 1_000;
    for (const { due } of this.#flights.values()) if (due !== undefined) least = Math.min(least, due - now);
    return Math.max(least, 0);
  }

  /**
   * Hands an event to the link. While the stream takes what it is given, its acknowledgements are not awaited, so that many
   * are on their way; after a failure one event at a time tries it. Returns whether the next may go.
   */
  async #send(flight: Flight, load: Promise<LoadedBlob[]>): Promise<boolean> {
    if (!this.#flies(flight)) return true;
    flight.due = undefined;
    flight.tries += 1;
    const cautious = this.#failures > 0;
    try {
      if (flight.taken > 0 && (await this.#confirmedElsewhere(flight))) return this.#failures === 0;
      const loaded = { flight, blobs: await load };
      const { published } = await this.#publisher.one(loaded);
      const settled = this.#settles([loaded], published);
      if (cautious) await settled;
    } catch (error) {
      await this.#failed([flight], error);
    }
    return this.#failures === 0;
  }

  /** Notes what becomes of what was handed over. Its own promise rejects for nobody. */
  #settles(group: readonly LoadedFlight[], published: Promise<unknown>): Promise<void> {
    const settled = published.then(
      async () => {
        for (const { flight } of group) await this.#taken(flight);
      },
      (error: unknown) => {
        // The receipt of one came meanwhile: the stream has taken it, only the acknowledgement was lost.
        const left = group.filter(({ flight }) => this.#flies(flight));
        if (left.length === 0) return;
        if (isOfTheWay(error)) this.#streamFault = error;
        return this.#refused(left, error);
      },
    );
    settled.catch(() => {});
    return settled;
  }

  /** What is wrong with a message tells nothing of each event in it: they are tried again one by one. */
  async #refused(group: readonly LoadedFlight[], error: unknown): Promise<void> {
    const flights = group.map(({ flight }) => flight);
    if (isOfTheWay(error) || flights.every(({ alone }) => alone)) return this.#failed(flights, error);
    for (const flight of flights) {
      flight.alone = true;
      flight.due = this.#parts.runtime.monotonic();
    }
    this.#bell.ring();
  }

  /** Another process of this node may have taken its receipt, or gone on with other numbers (`ecert recover`), since. */
  async #confirmedElsewhere(flight: Flight): Promise<boolean> {
    const { outgoing, elsewhere } = this.#parts;
    const { source, key } = flight.row;
    flight.row = await outgoing.assign(source, flight.event);
    if (!flight.row.confirmed) return false;
    this.#flights.delete(`${source}|${key}`);
    elsewhere(flight.row);
    return true;
  }

  /** Throws where nothing would come of sending the event now. */
  async #check(source: ServiceName, event: PendingEvent): Promise<void> {
    const { runtime, peer, courier } = this.#parts;
    requireSendable(event);
    signEvent(runtime, peer.node, event, { number: 1, previous: FIRST_PREVIOUS });
    await courier.load(source, event, true);
  }

  async #taken(flight: Flight): Promise<void> {
    const { options, runtime } = this.#parts;
    this.#failures = 0;
    this.#streamFault = undefined;
    flight.fault = undefined;
    const wait = Math.min(options.repeatMs * 2 ** flight.taken, options.repeatMaxMs);
    flight.taken += 1;
    flight.due = runtime.monotonic() + wait;
    await this.#held.sent(flight.row.source, flight.row.key);
  }

  /** What is wrong with an event itself says nothing of the stream: it makes room, and the next may go. */
  async #failed(flights: readonly Flight[], error: unknown): Promise<void> {
    const { runtime, peer } = this.#parts;
    if (!isOfTheWay(error)) {
      for (const flight of flights) {
        const { source, key } = flight.row;
        this.#flights.delete(`${source}|${key}`);
        await this.#held.hold(source, flight.event, error);
      }
      return;
    }
    if (this.#failures === 0)
      runtime.log.info({ peer: peer.node, cause: String(error) }, "events wait: the peer's stream cannot be reached");
    this.#failures += 1;
    for (const flight of flights) {
      flight.fault = error;
      flight.due = runtime.monotonic();
    }
    this.#bell.ring();
  }
}
