import { BoundedMemory } from "../../base/bounded-memory.ts";
import { Refusal } from "../../domain/refusal.ts";
import { createRowReader } from "../../event/row-reader.ts";
import type { SetAside } from "../../event/set-aside.ts";
import { compareAndSet } from "../../store/compare-and-set.ts";
import type { Collection, CollectionSpec, Store, Stored } from "../../store/port.ts";

/** Numbers of one document. */
const BLOCK = 512;
/** Bytes kept of a digest: enough that nobody finds two events with the same. */
const BYTES = 16;
/** Documents held in memory: those that are being written and those that a sender which begins anew asks for. */
const HELD = 8;
const UNKNOWN = Buffer.alloc(BYTES);

/** Digests of {@link BLOCK} numbers of a peer in a row. `_id` is `<peer>|<block>`. */
interface DigestBlock extends Stored {
  peer: string;
  block: number;
  /** Base64 of {@link BLOCK} times {@link BYTES}; zeros where the number was not applied, or by a version before this list. */
  digests: string;
}

export const RECEIVED: CollectionSpec = { name: "received", indexes: [{ name: "block", fields: ["peer", "block"] }] };

/**
 * Which event each number of a peer was applied for: {@link BYTES} bytes of its digest, for ever (some 22 bytes of the store for each
 * event). Without it another event under a number that was used would pass for a repetition.
 */
export interface ReceivedDigests {
  /** Whether the number was applied for this event (digest in hex); `undefined` where it is not known what it was applied for. */
  fits(number: number, digest: string): Promise<boolean | undefined>;
  /** Notes what a number was applied for; stored by {@link flush}. */
  note(number: number, digest: string): void;
  /** Stores what was noted. Another process's notes stay. */
  flush(): Promise<void>;
  /** The highest number noted, as the store has it; 0: none. */
  highest(): Promise<number>;
}

/** Opens the list of a peer. A document that cannot be read is set aside (place `store`) and counts as if it knew nothing. */
export async function openReceivedDigests(store: Store, setAside: SetAside, peer: string): Promise<ReceivedDigests> {
  const collection = await store.collection<DigestBlock>(RECEIVED);
  const reader = createRowReader<DigestBlock, Buffer>({
    setAside,
    place: "store",
    source: RECEIVED.name,
    collection,
    nodeOf: ({ peer: of }) => of,
    read: bytesOf,
  });
  return new PeerDigests(peer, collection, async (stored) => (await reader.all([stored]))[0] ?? blank());
}

function blank(): Buffer {
  return Buffer.alloc(BLOCK * BYTES);
}

function bytesOf({ digests }: DigestBlock): Buffer {
  const bytes = typeof digests === "string" ? Buffer.from(digests, "base64") : Buffer.alloc(0);
  if (bytes.length === BLOCK * BYTES) return bytes;
  throw new Refusal("RECORD_UNREADABLE", "a list of digests of received events has another length");
}

const blockOf = (number: number) => Math.floor(number / BLOCK);
const kept = (digest: string) => Buffer.from(digest.slice(0, 2 * BYTES), "hex");

interface Held {
  /** What is stored; `undefined`: nothing yet. */
  stored: Stored | undefined;
  bytes: Buffer;
}

/** Owns the documents of one peer. */
class PeerDigests implements ReceivedDigests {
  readonly #peer: string;
  readonly #collection: Collection<DigestBlock>;
  readonly #read: (stored: DigestBlock) => Promise<Buffer>;
  readonly #held = new BoundedMemory<number, Held>(HELD);
  readonly #noted = new Map<number, string>();

  constructor(peer: string, collection: Collection<DigestBlock>, read: (stored: DigestBlock) => Promise<Buffer>) {
    this.#peer = peer;
    this.#collection = collection;
    this.#read = read;
  }

  note(number: number, digest: string): void {
    this.#noted.set(number, digest);
  }

  async fits(number: number, digest: string): Promise<boolean | undefined> {
    const noted = this.#noted.get(number);
    if (noted !== undefined) return noted === digest;
    const known = at((this.#held.get(blockOf(number)) ?? (await this.#load(blockOf(number)))).bytes, number);
    // Another process of this node may have stored it since the document was read.
    const found = known.equals(UNKNOWN) ? at((await this.#load(blockOf(number))).bytes, number) : known;
    return found.equals(UNKNOWN) ? undefined : found.equals(kept(digest));
  }

  async flush(): Promise<void> {
    const blocks = Map.groupBy([...this.#noted], ([number]) => blockOf(number));
    for (const [block, entries] of blocks) {
      await this.#store(block, entries);
      for (const [number, digest] of entries) if (this.#noted.get(number) === digest) this.#noted.delete(number);
    }
  }

  async highest(): Promise<number> {
    const query = { index: "block", equals: [this.#peer], descending: true, limit: 1 };
    for (let after: string | undefined; ; ) {
      const page = await this.#collection.query({ ...query, ...(after !== undefined && { after }) });
      for (const stored of page.items) {
        const bytes = await this.#read(stored);
        for (let index = BLOCK - 1; index >= 0; index--)
          if (!at(bytes, index).equals(UNKNOWN)) return stored.block * BLOCK + index;
      }
      if (page.next === undefined) return 0;
      after = page.next;
    }
  }

  async #store(block: number, entries: readonly [number, string][]): Promise<void> {
    for (let held = this.#held.get(block) ?? (await this.#load(block)); ; held = await this.#load(block)) {
      for (const [number, digest] of entries) kept(digest).copy(held.bytes, (number % BLOCK) * BYTES);
      const document = { ...this.#place(block), revision: 1, digests: held.bytes.toString("base64") };
      try {
        const stored = await compareAndSet(this.#collection, held.stored, document);
        if (!stored) continue;
        this.#held.renew(block, { stored, bytes: held.bytes });
        return;
      } catch (error) {
        this.#held.delete(block);
        throw error;
      }
    }
  }

  #place(block: number): Pick<DigestBlock, "_id" | "peer" | "block"> {
    return { _id: `${this.#peer}|${block}`, peer: this.#peer, block };
  }

  async #load(block: number): Promise<Held> {
    const stored = await this.#collection.get(this.#place(block)._id);
    const held = { stored, bytes: stored ? await this.#read(stored) : blank() };
    this.#held.renew(block, held);
    return held;
  }
}

function at(bytes: Buffer, number: number): Buffer {
  const start = (number % BLOCK) * BYTES;
  return bytes.subarray(start, start + BYTES);
}
