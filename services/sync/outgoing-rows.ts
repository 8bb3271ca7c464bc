import { Refusal } from "../domain/refusal.ts";
import { createRowReader } from "../runtime/row-reader.ts";
import type { SetAside } from "../runtime/set-aside.ts";
import type { Collection } from "../store/port.ts";
import type { OutgoingRow } from "./outgoing.ts";
import { FIRST_PREVIOUS, isCount, isDigest } from "./signed-event.ts";

/** What the next number follows from. */
export type LastNumber = Pick<OutgoingRow, "_id" | "number" | "digest">;

/** The stored numbers of one peer, each read by itself. What cannot be read is set aside (place `store`). */
export interface OutgoingRows {
  /** A row; one that cannot be read is taken out, so that its event gets a number anew. */
  get(id: string): Promise<OutgoingRow | undefined>;
  /** The highest number given, also where nothing else of its row can be read: a number is never given twice. */
  newest(): Promise<LastNumber | undefined>;
  /** All rows that can be read, by number, in pages. */
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

  async function* pages(descending: boolean): AsyncGenerator<OutgoingRow[]> {
    for (let after: string | undefined; ; ) {
      const query = { index: "number", equals: [peer], descending, limit: PAGE };
      const page = await collection.query({ ...query, ...(after !== undefined && { after }) });
      yield page.items;
      if (page.next === undefined) return;
      after = page.next;
    }
  }

  return {
    async get(id) {
      const stored = await collection.get(id);
      if (!stored) return undefined;
      const [row] = await reader.all([stored]);
      if (!row) await collection.remove(id, stored.revision);
      return row;
    },
    async newest() {
      for await (const items of pages(true))
        for (const { _id, number, digest } of items)
          if (isCount(number)) return { _id, number, digest: isDigest(digest) ? digest : FIRST_PREVIOUS };
      return undefined;
    },
    async *pages() {
      for await (const items of pages(false)) yield await reader.all(items);
    },
  };
}

function requireRow(row: OutgoingRow): OutgoingRow {
  const { _id, peer, source, key, number, digest, previous, payloadSha256, numberedAt } = row;
  const sound =
    _id === `${peer}|${source}|${key}` &&
    isCount(number) &&
    [digest, previous, payloadSha256].every(isDigest) &&
    !Number.isNaN(Date.parse(numberedAt));
  if (sound) return row;
  throw new Refusal("RECORD_UNREADABLE", "a number of an event lacks members or has wrong ones");
}
