import { Refusal } from "../domain/refusal.ts";
import { createRowReader } from "../runtime/row-reader.ts";
import type { SetAside } from "../runtime/set-aside.ts";
import type { Collection, CollectionSpec, Store, Stored } from "../store/port.ts";
import { FIRST_PREVIOUS, isCount, isDigest } from "./signed-event.ts";

/** How far this node has got with a peer's numbers. `_id` is the peer's node. */
interface IncomingPosition extends Stored {
  /** Every number up to this one was applied. */
  through: number;
  /** Digest of the event with that number. */
  digest: string;
  /** Applied beyond a gap: number, digest, digest of the event before. */
  beyond: [number, string, string][];
  gaps: number;
}

/** Numbers beyond a gap that are remembered; with more, the gap is given up: its evidence and the comparison remain. */
const BEYOND = 4096;

export const INCOMING: CollectionSpec = { name: "incoming", indexes: [] };

/** What the number of an applied event tells. */
export interface Noticed {
  /** The number was applied before. */
  repeated: boolean;
  /** The event does not follow from the one before: the peer's numbering has two histories. */
  forked: boolean;
}

/** The numbers that came from one peer (services/README.md, the road, step 8). */
export interface Incoming {
  /** Notes that an event came. MUST be called in the order of the stream. Returns numbers that are missing, told once. */
  arrived(number: number): { from: number; to: number } | undefined;
  /** Notes that an event was applied durably. */
  note(event: { number: number; digest: string; previous: string }): Noticed;
  /**
   * Stores the position. A receipt MUST NOT leave before: the peer does not send a confirmed event again, so a position
   * that was lost behind a receipt would look like a gap for ever.
   */
  flush(): Promise<void>;
  /**
   * Stops waiting for missing numbers: what they stood for is known to be here (archives were found equal). Needed where
   * this node was restored from a backup, for the peer does not send again what was confirmed. Returns whether it waited.
   */
  settle(): boolean;
  /** Every number up to this one was applied. */
  readonly through: number;
  /** The highest number applied. */
  readonly highest: number;
  /** Gaps noticed, in all. */
  readonly gaps: number;
  /** A number below `highest` is missing now. */
  readonly open: boolean;
}

/**
 * Reads the position of a peer. One that cannot be read is set aside (place `store`) and begun anew: what comes next stands beyond
 * a gap until the archives are found equal, and nothing that comes is refused.
 */
export async function openIncoming(store: Store, setAside: SetAside, peer: string): Promise<Incoming> {
  const collection = await store.collection<IncomingPosition>(INCOMING);
  const positions = createRowReader({
    setAside,
    place: "store",
    source: INCOMING.name,
    collection,
    nodeOf: ({ _id }) => _id,
    read: requirePosition,
  });
  const first = { _id: peer, revision: 1, through: 0, digest: FIRST_PREVIOUS, beyond: [], gaps: 0 };
  const stored = await collection.get(peer);
  const [position] = stored ? await positions.all([stored]) : [];
  return new PeerNumbers(collection, position ?? { ...first, revision: stored?.revision ?? 1 });
}

function isPosition({ through, digest, beyond, gaps }: IncomingPosition): boolean {
  return (
    [through, gaps].every(isCount) &&
    isDigest(digest) &&
    Array.isArray(beyond) &&
    beyond.every((one) => Array.isArray(one) && isCount(one[0]) && isDigest(one[1]) && isDigest(one[2]))
  );
}

function requirePosition(stored: IncomingPosition): IncomingPosition {
  if (isPosition(stored)) return stored;
  throw new Refusal("RECORD_UNREADABLE", "the position of a peer's numbers lacks members or has wrong ones");
}

/** Owns the position of one peer. */
class PeerNumbers implements Incoming {
  readonly #collection: Collection<IncomingPosition>;
  readonly #beyond: Map<number, { digest: string; previous: string }>;
  #stored: IncomingPosition;
  #through: number;
  #digest: string;
  #highest: number;
  #arrived: number;
  #gaps: number;
  #dirty = false;

  constructor(collection: Collection<IncomingPosition>, stored: IncomingPosition) {
    this.#collection = collection;
    this.#stored = stored;
    this.#through = stored.through;
    this.#digest = stored.digest;
    this.#gaps = stored.gaps;
    this.#beyond = new Map(stored.beyond.map(([number, digest, previous]) => [number, { digest, previous }]));
    this.#highest = Math.max(stored.through, ...this.#beyond.keys());
    this.#arrived = this.#highest;
  }

  get through(): number {
    return this.#through;
  }

  get highest(): number {
    return this.#highest;
  }

  get gaps(): number {
    return this.#gaps;
  }

  get open(): boolean {
    return this.#highest > this.#through;
  }

  arrived(number: number): { from: number; to: number } | undefined {
    const from = this.#arrived + 1;
    this.#arrived = Math.max(this.#arrived, number);
    if (number <= from) return undefined;
    this.#gaps += 1;
    this.#dirty = true;
    return { from, to: number - 1 };
  }

  note({ number, digest, previous }: { number: number; digest: string; previous: string }): Noticed {
    const known = number === this.#through ? { digest: this.#digest } : this.#beyond.get(number);
    if (number <= this.#through || known)
      return { repeated: true, forked: known !== undefined && known.digest !== digest };
    this.#dirty = true;
    const noticed: Noticed = { repeated: false, forked: false };
    this.#highest = Math.max(this.#highest, number);
    this.#beyond.set(number, { digest, previous });
    noticed.forked = this.#advance();
    if (this.#beyond.size > BEYOND) this.settle();
    return noticed;
  }

  settle(): boolean {
    if (!this.open) return false;
    const last = this.#beyond.get(this.#highest);
    if (last) this.#digest = last.digest;
    this.#through = this.#highest;
    this.#beyond.clear();
    this.#dirty = true;
    return true;
  }

  async flush(): Promise<void> {
    while (this.#dirty) {
      this.#dirty = false;
      const beyond = [...this.#beyond].map(([number, { digest, previous }]): [number, string, string] => [
        number,
        digest,
        previous,
      ]);
      const next = { ...this.#stored, through: this.#through, digest: this.#digest, beyond, gaps: this.#gaps };
      try {
        const stored = await this.#store(next);
        if (stored) this.#stored = stored;
        else await this.#adopt(next);
      } catch (error) {
        this.#dirty = true;
        throw error;
      }
    }
  }

  async #adopt(next: IncomingPosition): Promise<void> {
    const other = (await this.#collection.get(next._id)) ?? { ...next, revision: 1 };
    this.#dirty = true;
    if (isPosition(other)) this.#merge(other);
    else this.#stored = { ...next, revision: other.revision };
  }

  /** Another process has stored a position meanwhile (a restart that overlaps): what either has applied is applied. */
  #merge(other: IncomingPosition): void {
    this.#stored = other;
    this.#gaps = Math.max(this.#gaps, other.gaps);
    if (other.through > this.#through) {
      this.#through = other.through;
      this.#digest = other.digest;
    }
    for (const [number, digest, previous] of other.beyond) this.#beyond.set(number, { digest, previous });
    for (const number of this.#beyond.keys()) if (number <= this.#through) this.#beyond.delete(number);
    this.#highest = Math.max(this.#highest, this.#through, ...this.#beyond.keys());
    this.#advance();
  }

  /** Takes in what follows without a gap; returns whether some event does not follow from the one before. */
  #advance(): boolean {
    let forked = false;
    for (let next = this.#beyond.get(this.#through + 1); next; next = this.#beyond.get(this.#through + 1)) {
      if (next.previous !== this.#digest) forked = true;
      this.#through += 1;
      this.#digest = next.digest;
      this.#beyond.delete(this.#through);
    }
    return forked;
  }

  async #store(next: IncomingPosition): Promise<IncomingPosition | undefined> {
    const stored = await this.#collection.replace(next);
    if (stored || (await this.#collection.get(next._id))) return stored;
    await this.#collection.insert(next);
    return next;
  }
}
