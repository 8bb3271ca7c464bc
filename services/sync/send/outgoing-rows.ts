import { instantOf } from "../../domain/instant.ts";
import { Refusal } from "../../domain/refusal.ts";
import { createRowReader } from "../../event/row-reader.ts";
import type { SetAside } from "../../event/set-aside.ts";
import type { ServiceName } from "../../host/config.ts";
import type { Collection, CollectionSpec, Stored } from "../../store/port.ts";
import { FIRST_PREVIOUS, isCount, isDigest } from "../wire/signed-event.ts";

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

/** What the next number follows from. */
export type LastNumber = Pick<OutgoingRow, "_id" | "number" | "digest">;

/** What is stored under a key. */
export interface FoundRow {
  revision: number;
  row: OutgoingRow | undefined;
}

/** The stored numbers of one peer, each read by itself. What cannot be read is set aside (place `store`). */
export interface OutgoingRows {
  /** What is stored under a key, and the row where it can be read; otherwise its event gets a number anew in its place. */
  find(id: string): Promise<FoundRow | undefined>;
  /** The same of several, in the order asked. */
  findAll(ids: readonly string[]): Promise<(FoundRow | undefined)[]>;
  /** The highest number given, also where nothing else of its row can be read: a number is never given twice. */
  newest(): Promise<LastNumber | undefined>;
  /** The row of a number as it is stored, read or not, where it is still there. */
  at(number: number): Promise<Partial<OutgoingRow> | undefined>;
  /** All rows that can be read, from the highest number down, in pages. */
  pages(): AsyncGenerator<OutgoingRow[]>;
}

const PAGE = 500;

/** Creates the reader of a peer's rows. */
export function createOutgoingRows(
  collection: Collection<OutgoingRow>,
  setAside: SetAside,
  peer: string,
): OutgoingRows {
  const reader = createRowReader({
    setAside,
    place: "store",
    source: "outgoing",
    collection,
    nodeOf: () => peer,
    read: requireRow,
  });

  async function* pages(first: number): AsyncGenerator<OutgoingRow[]> {
    let limit = first;
    for (let after: string | undefined; ; ) {
      const query = { index: "number", equals: [peer], descending: true, limit };
      const page = await collection.query({ ...query, ...(after !== undefined && { after }) });
      yield page.items;
      if (page.next === undefined) return;
      after = page.next;
      limit = PAGE;
    }
  }

  return {
    async find(id) {
      const { stored, row } = await reader.at(id);
      return stored && { revision: stored.revision, row };
    },
    async findAll(ids) {
      const stored = await collection.getMany(ids);
      const read = new Map(await reader.pairs(stored.filter((one) => one !== undefined)));
      return stored.map((one) => one && { revision: one.revision, row: read.get(one) });
    },
    async newest() {
      // Read for each number that is given, so not a page of them.
      for await (const items of pages(1))
        for (const { _id, number, digest } of items)
          if (isCount(number)) return { _id, number, digest: isDigest(digest) ? digest : FIRST_PREVIOUS };
      return undefined;
    },
    async at(number) {
      return (await collection.query({ index: "number", equals: [peer, number], limit: 1 })).items[0];
    },
    async *pages() {
      for await (const items of pages(PAGE)) yield await reader.all(items);
    },
  };
}

function requireRow(row: OutgoingRow): OutgoingRow {
  const { _id, peer, source, key, number, digest, previous, payloadSha256, numberedAt } = row;
  const sound =
    _id === `${peer}|${source}|${key}` &&
    isCount(number) &&
    [digest, previous, payloadSha256].every(isDigest) &&
    !Number.isNaN(instantOf(numberedAt));
  if (sound) return row;
  throw new Refusal("RECORD_UNREADABLE", "a number of an event lacks members or has wrong ones");
}
