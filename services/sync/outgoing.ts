import type { PendingEvent } from "../../proto/gen/ecert/event/v1/event_pb.ts";
import { sha256Hex } from "../domain/canonical.ts";
import { Refusal } from "../domain/refusal.ts";
import type { ServiceName } from "../runtime/config.ts";
import type { SetAside } from "../runtime/set-aside.ts";
import { type Collection, type CollectionSpec, DuplicateKey, type Store, type Stored } from "../store/port.ts";
import { createOutgoingRows, type LastNumber, type OutgoingRows } from "./outgoing-rows.ts";
import { eventDigest, FIRST_PREVIOUS, safe } from "./signed-event.ts";

/** A number that an event has got for a peer. `_id` is `<peer>|<source>|<key>`, so an event gets one number per peer. */
export interface OutgoingRow extends Stored {
  peer: string;
  source: ServiceName;
  key: string;
  number: number;
  /** Digest of the event with this number, and of the one before. */
  digest: string;
  previous: string;
  payloadSha256: string;
  /** RFC 3339. */
  numberedAt: string;
  /** The peer's receipt was verified. */
  confirmed?: true;
}

export const OUTGOING: CollectionSpec = {
  name: "outgoing",
  indexes: [{ name: "number", fields: ["peer", "number"], unique: true }],
};

/** Gapless numbers of the events that go to one peer. */
export interface Outgoing {
  /**
   * Gives an event its number, durably, before anything of it is published. The same event keeps its number. Calls are
   * served one after the other: a number that failed to be stored is taken by the next.
   */
  assign(source: ServiceName, event: PendingEvent): Promise<OutgoingRow>;
  /** Marks a row as confirmed, durably. */
  confirm(row: OutgoingRow): Promise<void>;
  /** Forgets confirmed rows whose events are cleared at their owner. The highest row stays: it holds the count. */
  forget(rows: readonly OutgoingRow[]): Promise<void>;
  /**
   * Forgets rows of a source, numbered before this process, whose events their owner no longer has: it cleared them and the
   * process ended before it could forget. `live` are all keys that the owner listed.
   */
  sweep(source: ServiceName, live: ReadonlySet<string>): Promise<void>;
  /** The highest number given. */
  readonly last: number;
}

/** What the numbers of a peer are kept with. */
export interface OutgoingParts {
  store: Store;
  setAside: SetAside;
  now(): Date;
  /** This node. */
  node: string;
  peer: string;
}

/** Opens the numbers of a peer. */
export async function openOutgoing({ store, setAside, now, node, peer }: OutgoingParts): Promise<Outgoing> {
  const collection = await store.collection<OutgoingRow>(OUTGOING);
  const rows = createOutgoingRows(collection, setAside, peer);
  return new PeerOutgoing({ collection, rows, node, peer, now }, await rows.newest());
}

/** Processes that may give numbers at the same time (a restart that overlaps) before an event is set aside. */
const ASSIGN_TRIES = 100;

interface PeerParts extends Pick<OutgoingParts, "node" | "peer" | "now"> {
  collection: Collection<OutgoingRow>;
  rows: OutgoingRows;
}

/** Owns the count of one peer. */
class PeerOutgoing implements Outgoing {
  readonly #parts: PeerParts;
  readonly #startedWith: number;
  #last: LastNumber | undefined;
  /** The highest row is no longer needed but for its number. */
  #lastForgotten = false;
  #tail: Promise<unknown> = Promise.resolve();

  constructor(parts: PeerParts, last: LastNumber | undefined) {
    this.#parts = parts;
    this.#last = last;
    this.#startedWith = last?.number ?? 0;
  }

  get last(): number {
    return this.#last?.number ?? 0;
  }

  assign(source: ServiceName, event: PendingEvent): Promise<OutgoingRow> {
    const assigned = this.#tail.then(() => this.#assign(source, event));
    this.#tail = assigned.catch(() => {});
    return assigned;
  }

  async confirm(row: OutgoingRow): Promise<void> {
    // The only other writer is a repetition of this call.
    await this.#parts.collection.replace({ ...row, confirmed: true });
  }

  async forget(rows: readonly OutgoingRow[]): Promise<void> {
    await Promise.all(
      rows.map(async ({ _id, number }) => {
        if (number >= this.last) this.#lastForgotten = true;
        else await this.#remove(_id);
      }),
    );
  }

  async sweep(source: ServiceName, live: ReadonlySet<string>): Promise<void> {
    const isOver = (row: OutgoingRow) => row.number <= this.#startedWith && row.source === source && !live.has(row.key);
    for await (const page of this.#parts.rows.pages()) await this.forget(page.filter(isOver));
  }

  async #assign(source: ServiceName, event: PendingEvent): Promise<OutgoingRow> {
    const { peer, collection, rows } = this.#parts;
    const id = `${peer}|${source}|${event.key}`;
    for (let tries = 0; tries < ASSIGN_TRIES; tries++) {
      const known = await rows.get(id);
      if (known) {
        if (known.number > this.last) this.#last = known;
        return known;
      }
      const row = this.#next(id, source, event);
      try {
        await collection.insert(row);
      } catch (error) {
        if (!(error instanceof DuplicateKey)) throw error;
        // An insertion that seemed to fail had succeeded, or another process is at it: the store knows the count.
        this.#last = await rows.newest();
        continue;
      }
      const before = this.#last;
      this.#last = row;
      if (this.#lastForgotten && before) await this.#remove(before._id);
      this.#lastForgotten = false;
      return row;
    }
    throw new Refusal("STATE_CONFLICT", `event ${event.key} gets no number: what is stored under its key stays there`);
  }

  #next(id: string, source: ServiceName, event: PendingEvent): OutgoingRow {
    const { peer, node, now } = this.#parts;
    const number = this.last + 1;
    const previous = this.#last?.digest ?? FIRST_PREVIOUS;
    const payloadSha256 = sha256Hex(event.payload);
    const { kind, key } = event;
    const revision = safe(event.revision);
    const digest = eventDigest({ node, peer, number, key, kind, revision, payloadSha256, previous });
    const numberedAt = now().toISOString();
    return { _id: id, revision: 1, peer, source, key, number, digest, previous, payloadSha256, numberedAt };
  }

  async #remove(id: string): Promise<void> {
    const { collection } = this.#parts;
    const row = await collection.get(id);
    if (row) await collection.remove(id, row.revision);
  }
}
