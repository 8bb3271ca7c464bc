import type { PendingEvent } from "../../proto/gen/ecert/event/v1/event_pb.ts";
import { sha256Hex } from "../domain/canonical.ts";
import type { ServiceName } from "../runtime/config.ts";
import { type Collection, type CollectionSpec, DuplicateKey, type Store, type Stored } from "../store/port.ts";
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

const OUTGOING: CollectionSpec = {
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

/** Opens the numbers of a peer. */
export async function openOutgoing(store: Store, node: string, peer: string, now: () => Date): Promise<Outgoing> {
  const collection = await store.collection<OutgoingRow>(OUTGOING);
  return new PeerOutgoing(collection, node, peer, now, await newestRow(collection, peer));
}

async function newestRow(collection: Collection<OutgoingRow>, peer: string): Promise<OutgoingRow | undefined> {
  return (await collection.query({ index: "number", equals: [peer], descending: true, limit: 1 })).items[0];
}

/** Owns the count of one peer. */
class PeerOutgoing implements Outgoing {
  readonly #collection: Collection<OutgoingRow>;
  readonly #node: string;
  readonly #peer: string;
  readonly #now: () => Date;
  readonly #startedWith: number;
  #last: OutgoingRow | undefined;
  /** The highest row is no longer needed but for its number. */
  #lastForgotten = false;
  #tail: Promise<unknown> = Promise.resolve();

  constructor(collection: Collection<OutgoingRow>, node: string, peer: string, now: () => Date, last?: OutgoingRow) {
    this.#collection = collection;
    this.#node = node;
    this.#peer = peer;
    this.#now = now;
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
    await this.#collection.replace({ ...row, confirmed: true });
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
    let after: string | undefined;
    do {
      const rest = after === undefined ? {} : { after };
      const { items, next } = await this.#collection.query({
        index: "number",
        equals: [this.#peer],
        limit: 500,
        ...rest,
      });
      const old = items.filter((row) => row.number <= this.#startedWith && row.source === source);
      await this.forget(old.filter(({ key }) => !live.has(key)));
      after = next;
    } while (after !== undefined);
  }

  async #assign(source: ServiceName, event: PendingEvent): Promise<OutgoingRow> {
    const id = `${this.#peer}|${source}|${event.key}`;
    for (;;) {
      const known = await this.#collection.get(id);
      if (known) {
        if (known.number > this.last) this.#last = known;
        return known;
      }
      const row = this.#next(id, source, event);
      try {
        await this.#collection.insert(row);
      } catch (error) {
        if (!(error instanceof DuplicateKey)) throw error;
        // An insertion that seemed to fail had succeeded, or another process is at it: the store knows the count.
        this.#last = await newestRow(this.#collection, this.#peer);
        continue;
      }
      const before = this.#last;
      this.#last = row;
      if (this.#lastForgotten && before) await this.#remove(before._id);
      this.#lastForgotten = false;
      return row;
    }
  }

  #next(id: string, source: ServiceName, event: PendingEvent): OutgoingRow {
    const peer = this.#peer;
    const number = this.last + 1;
    const previous = this.#last?.digest ?? FIRST_PREVIOUS;
    const payloadSha256 = sha256Hex(event.payload);
    const { kind, key } = event;
    const revision = safe(event.revision);
    const digest = eventDigest({ node: this.#node, peer, number, key, kind, revision, payloadSha256, previous });
    const numberedAt = this.#now().toISOString();
    return { _id: id, revision: 1, peer, source, key, number, digest, previous, payloadSha256, numberedAt };
  }

  async #remove(id: string): Promise<void> {
    const row = await this.#collection.get(id);
    if (row) await this.#collection.remove(id, row.revision);
  }
}
