import type { Collection } from "mongodb";
import type { DuplicateKey, Stored } from "../port.ts";
import { duplicatesOf } from "./failure.ts";

/** Most documents in one batch: bounds what one lost answer leaves open. */
const BATCH = 256;

interface Waiting {
  document: Stored;
  resolve: () => void;
  reject: (error: unknown) => void;
}

/**
 * Joins the inserts of one turn of the event loop into one unordered batch: the callers share one journal sync and one
 * majority acknowledgement, and each still gets its own answer.
 */
export function groupedInserts(collection: Collection<Stored>): (document: Stored) => Promise<void> {
  let waiting: Waiting[] = [];

  async function send(batch: readonly Waiting[]): Promise<void> {
    try {
      const duplicates = await insertEach(
        collection,
        batch.map((entry) => entry.document),
      );
      for (const [place, entry] of batch.entries()) {
        const duplicate = duplicates[place];
        if (duplicate === undefined) entry.resolve();
        else entry.reject(duplicate);
      }
    } catch (error) {
      for (const entry of batch) entry.reject(error);
    }
  }

  function sendAll(): void {
    const all = waiting;
    waiting = [];
    for (let start = 0; start < all.length; start += BATCH) void send(all.slice(start, start + BATCH));
  }

  return (document) =>
    new Promise((resolve, reject) => {
      if (waiting.length === 0) setImmediate(sendAll);
      waiting.push({ document, resolve, reject });
    });
}

/** Inserts each document on its own; the answer has, per document, the duplicate that stopped it. */
export async function insertEach(
  collection: Collection<Stored>,
  documents: readonly Stored[],
): Promise<(DuplicateKey | undefined)[]> {
  if (documents.length === 0) return [];
  try {
    await collection.insertMany([...documents], { ordered: false });
    return documents.map(() => undefined);
  } catch (error) {
    return duplicatesOf(error, documents.length);
  }
}

/** Inserts documents one behind the other, up to the first duplicate; how many were stored. */
export async function insertOrdered(collection: Collection<Stored>, documents: readonly Stored[]): Promise<number> {
  if (documents.length === 0) return 0;
  try {
    await collection.insertMany([...documents], { ordered: true });
    return documents.length;
  } catch (error) {
    const first = duplicatesOf(error, documents.length).findIndex((duplicate) => duplicate !== undefined);
    if (first < 0) throw error;
    return first;
  }
}
