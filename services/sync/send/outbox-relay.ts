import type { PendingEvent } from "../../../proto/gen/ecert/event/v1/event_pb.ts";
import { OutboxService } from "../../../proto/gen/ecert/event/v1/outbox_service_pb.ts";
import { createBell } from "../../base/bell.ts";
import { pause } from "../../base/pause.ts";
import { sha256Hex } from "../../domain/canonical.ts";
import type { ServiceName } from "../../host/config.ts";
import type { Runtime } from "../../node/runtime.ts";
import type { SyncOptions } from "../options.ts";
import { isForOthers, type Peer, takesOver } from "../wire/topology.ts";
import { type Confirmations, createConfirmations, type EventName, textOf } from "./confirmations.ts";
import { createHome, type Home } from "./home.ts";
import type { Outgoing } from "./outgoing.ts";
import type { OutgoingRow } from "./outgoing-rows.ts";
import type { Sender } from "./sender.ts";

/** One peer's side of the relay. */
export interface Lane {
  peer: Peer;
  sender: Sender;
  outgoing: Outgoing;
}

/** Takes the pending events of one service to all peers, and to the services of this node that take them, and clears each when all have confirmed it. */
export interface OutboxRelay {
  /** A peer has confirmed an event of this source, and the row is marked durably. */
  confirmed(row: OutgoingRow): void;
  /** What lies in the outbox and was not seen by this process yet. */
  unseen(signal: AbortSignal): Promise<Unseen>;
  /** Events seen that the peer has not confirmed yet, also while their numbers are still being stored. */
  awaiting(peer: Peer): number;
  /** Works until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
}

/** Events that the relay has not read yet, for want of room. */
export interface Unseen {
  /** Aggregates that they belong to. */
  count: number;
  /** When the first of them happened, RFC 3339, where that is known: all of them were read, or it is the first of the whole outbox. */
  since: string | undefined;
}

/** Waits this long for a first event. */
const LONG_POLL_MS = 5_000;
const PAGE = 100;
/** Under load events of so many milliseconds share what the way costs them; one that comes alone does not wait. */
const GATHER_MS = 100;
/** Looking after the services of this node takes one part in so many of the time at most. */
const SHARE = 10;

interface Awaited {
  key: string;
  /** Peers that have not confirmed it. */
  needed: Set<string>;
  /** Services of this node that have not taken it. */
  home: Set<ServiceName>;
  /** It stays pending though all have it: a node that is linked later takes it. */
  stays: boolean;
  rows: OutgoingRow[];
}

/** Creates the relay of one service's outbox. */
export function createOutboxRelay(
  runtime: Runtime,
  source: ServiceName,
  lanes: readonly Lane[],
  options: SyncOptions,
): OutboxRelay {
  const byNode = new Map(lanes.map((lane) => [lane.peer.node, lane]));
  const forget = async (rows: readonly OutgoingRow[]) => {
    await Promise.all(lanes.map(({ peer, outgoing }) => outgoing.forget(rows.filter((row) => row.peer === peer.node))));
  };
  return new Relay(runtime, source, byNode, createConfirmations(runtime, source, forget), options);
}

/** Owns which peers each listed event still waits for. */
class Relay implements OutboxRelay {
  readonly #runtime: Runtime;
  readonly #source: ServiceName;
  readonly #lanes: ReadonlyMap<string, Lane>;
  readonly #confirmations: Confirmations;
  readonly #options: SyncOptions;
  readonly #home: Home;
  /** By key and payload: a receipt is for one event, whatever its owner puts under the key later. */
  readonly #awaited = new Map<string, Awaited>();
  readonly #bell = createBell();
  #swept = false;
  /** The last walk for the peers ended before the end of the outbox; the bell rings when one has. */
  #cut = false;
  readonly #cutBell = createBell();

  constructor(
    runtime: Runtime,
    source: ServiceName,
    lanes: ReadonlyMap<string, Lane>,
    confirmations: Confirmations,
    options: SyncOptions,
  ) {
    this.#runtime = runtime;
    this.#source = source;
    this.#lanes = lanes;
    this.#confirmations = confirmations;
    this.#options = options;
    this.#home = createHome(runtime);
  }

  confirmed(row: OutgoingRow): void {
    const name = textOf(row);
    const entry = this.#awaited.get(name);
    if (!entry?.needed.delete(row.peer)) return;
    entry.rows.push(row);
    this.#settle(row, entry);
  }

  /** Clears an event that everybody has. */
  #settle(name: EventName, entry: Awaited): void {
    if (entry.needed.size + entry.home.size === 0 && !entry.stays) {
      this.#awaited.delete(textOf(name));
      this.#confirmations.clear({ key: name.key, payloadSha256: name.payloadSha256 }, entry.rows);
    }
    this.#bell.ring();
  }

  async unseen(signal: AbortSignal): Promise<Unseen> {
    const owner = this.#runtime.client(OutboxService, this.#source);
    const { events, total } = await owner.listPendingEvents({ pageSize: 1, count: true }, { signal });
    const awaited = [...this.#awaited.values()].map(({ key }) => key);
    const seen = new Set([...awaited, ...this.#confirmations.clearing()].map(aggregateIn));
    const count = Number(total) - seen.size;
    // What is seen may be cleared at its owner already: then the numbers tell nothing of what lies there beside it.
    if (count <= 0 && total > 0n) return this.#unseenByName(signal);
    const since = events.find((event) => !this.#isKnown(nameOf(event)))?.occurredAt;
    return { count: Math.max(0, count), since };
  }

  /** Reads what is pending, which is no more than what flies. */
  async #unseenByName(signal: AbortSignal): Promise<Unseen> {
    const owner = this.#runtime.client(OutboxService, this.#source);
    const found = new Map<string, string>();
    let pageToken = "";
    do {
      const page = await owner.listPendingEvents({ pageSize: PAGE, pageToken }, { signal });
      for (const event of page.events)
        if (!this.#isKnown(nameOf(event))) found.set(aggregateIn(event.key), event.occurredAt);
      pageToken = page.nextPageToken;
    } while (pageToken !== "");
    return { count: found.size, since: [...found.values()].sort()[0] };
  }

  #isKnown(name: EventName): boolean {
    return this.#awaited.has(textOf(name)) || this.#confirmations.has(name);
  }

  awaiting(peer: Peer): number {
    return [...this.#awaited.values()].filter(({ needed }) => needed.has(peer.node)).length;
  }

  async run(signal: AbortSignal): Promise<void> {
    const home = this.#home.isThere ? [this.#lookAfterHome(signal)] : [];
    await Promise.all([this.#confirmations.run(signal), this.#read(signal), ...home]);
  }

  async #read(signal: AbortSignal): Promise<void> {
    let calm = 25;
    while (!signal.aborted) {
      try {
        const begun = this.#runtime.monotonic();
        const { listed, taken, cut } = await this.#walk(signal);
        this.#cut = cut;
        if (cut) this.#cutBell.ring();
        if (taken > 1) await pause(Math.max(0, begun + GATHER_MS - this.#runtime.monotonic()), signal);
        if (taken > 0 || listed === 0) calm = 25;
        else {
          // Only what flies already: look again soon, then less often, or when a receipt makes room.
          await this.#bell.wait(calm, signal);
          calm = Math.min(calm * 2, this.#options.lookAgainMs);
        }
      } catch (error) {
        if (signal.aborted) return;
        this.#runtime.log.debug({ source: this.#source, cause: String(error) }, "the outbox cannot be read now");
        await pause(500, signal);
      }
    }
  }

  /** Reads the outbox from its oldest event to its end, or until no peer has room. */
  async #walk(signal: AbortSignal): Promise<{ listed: number; taken: number; cut: boolean }> {
    const owner = this.#runtime.client(OutboxService, this.#source);
    const live = new Set<string>();
    let taken = 0;
    let pageToken = "";
    do {
      const waitMs = pageToken === "" ? LONG_POLL_MS : 0;
      const request = { pageSize: PAGE, pageToken, waitMs };
      const askedAt = this.#runtime.monotonic();
      const page = await owner.listPendingEvents(request, { signal, timeoutMs: waitMs + 10_000 });
      for (const { key } of page.events) live.add(key);
      // Side by side, in their order: they get their numbers by one write.
      const offered = await Promise.all(page.events.map((event) => this.#offer(event, askedAt)));
      taken += offered.filter((isNew) => isNew).length;
      pageToken = page.nextPageToken;
      // The first walk goes to the end whatever there is room for: it must know all that is pending.
      if (this.#swept && this.#full()) return { listed: live.size, taken, cut: pageToken !== "" };
    } while (pageToken !== "" && !signal.aborted);
    if (!this.#swept && !signal.aborted) {
      for (const { outgoing } of this.#lanes.values()) await outgoing.sweep(this.#source, live);
      this.#swept = true;
    }
    return { listed: live.size, taken, cut: false };
  }

  /**
   * Where the walk for the peers ended early, what lies behind it is for the services of this node all the same: a node that is cut off counts
   * on. Takes no more than a share of the time, however much waits.
   */
  async #lookAfterHome(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      if (!this.#cut) {
        await this.#cutBell.wait(LONG_POLL_MS, signal);
        continue;
      }
      const begun = this.#runtime.monotonic();
      try {
        await this.#walkHome(signal);
      } catch (error) {
        if (!signal.aborted)
          this.#runtime.log.debug({ source: this.#source, cause: String(error) }, "the outbox cannot be read now");
      }
      await pause(Math.max(this.#options.lookAgainMs, SHARE * (this.#runtime.monotonic() - begun)), signal);
    }
  }

  async #walkHome(signal: AbortSignal): Promise<void> {
    const owner = this.#runtime.client(OutboxService, this.#source);
    let pageToken = "";
    do {
      const page = await owner.listPendingEvents({ pageSize: PAGE, pageToken }, { signal, timeoutMs: 10_000 });
      for (const event of page.events) if (await this.#home.hasRoom(signal)) this.#offerHome(event);
      pageToken = page.nextPageToken;
    } while (pageToken !== "" && (await this.#home.hasRoom(signal)));
  }

  /** Offers an event to the peers that have not confirmed it. Returns whether it was seen for the first time. */
  async #offer(event: PendingEvent, askedAt: number): Promise<boolean> {
    const name = nameOf(event);
    this.#confirmations.listed(name, askedAt);
    if (this.#confirmations.has(name)) return false;
    const known = this.#awaited.get(textOf(name));
    const entry = known ?? this.#enter(event, name);
    if (!entry) return true;
    this.#toHome(event, name, entry);
    for (const node of [...entry.needed]) {
      const lane = this.#lanes.get(node) as Lane;
      const offered = await lane.sender.offer(this.#source, event);
      if (typeof offered === "object") this.confirmed(offered);
    }
    return known === undefined;
  }

  #offerHome(event: PendingEvent): void {
    const name = nameOf(event);
    if (this.#confirmations.has(name)) return;
    const entry = this.#awaited.get(textOf(name)) ?? this.#enter(event, name);
    if (entry) this.#toHome(event, name, entry);
  }

  #toHome(event: PendingEvent, name: EventName, entry: Awaited): void {
    for (const taker of entry.home)
      this.#home.offer(textOf(name), event, taker, () => {
        entry.home.delete(taker);
        this.#settle(name, entry);
      });
  }

  #enter({ kind, key }: PendingEvent, name: EventName): Awaited | undefined {
    const needed = [...this.#lanes.values()].filter(({ peer }) => takesOver(peer.role, kind));
    const { config } = this.#runtime;
    const home = new Set(this.#home.takersOf(kind));
    const stays = this.#lanes.size === 0 && isForOthers(config, kind);
    if (needed.length + home.size === 0 && !stays) {
      this.#confirmations.clear(name, []);
      return undefined;
    }
    const entry = { key, needed: new Set(needed.map(({ peer }) => peer.node)), home, stays, rows: [] };
    this.#awaited.set(textOf(name), entry);
    return entry;
  }

  #full(): boolean {
    return [...this.#lanes.values()].every(({ sender }) => sender.full);
  }
}

function nameOf({ key, payload }: PendingEvent): EventName {
  return { key, payloadSha256: sha256Hex(payload) };
}

/** `<aggregate id>:<revision>`. */
function aggregateIn(key: string): string {
  return key.slice(0, key.lastIndexOf(":"));
}
