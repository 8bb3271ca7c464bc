import type { Collection } from "mongodb";
import type { Stored } from "../port.ts";
import { asking } from "./failure.ts";

/** Most documents in one batch. */
const BATCH = 500;

/** Stores each document in the place of the one with the revision before, on its own: whoever was changed meanwhile stays as it is. */
export async function replaceEach(collection: Collection<Stored>, documents: readonly Stored[]): Promise<void> {
  for (let start = 0; start < documents.length; start += BATCH) {
    const operations = documents.slice(start, start + BATCH).map((replacement) => {
      const { _id, revision } = replacement;
      return { replaceOne: { filter: { _id, revision: revision - 1 }, replacement } };
    });
    await asking(() => collection.bulkWrite(operations, { ordered: false }));
  }
}
