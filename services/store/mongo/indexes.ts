import { type Collection, MongoServerError } from "mongodb";
import type { CollectionSpec, IndexSpec, Stored } from "../port.ts";
import { asking } from "./failure.ts";

/** What a key value is in BSON terms: documents without one in every field stay outside the index. */
export const KEY_TYPES = { $type: ["string", "number"] };

/** Codes with which the server says that an index of this name or key exists with another definition. */
const CONFLICTS = new Set([85, 86]);

/** The fields of the index as the server holds it: `_id` follows where keys repeat, so that ties are in order. */
export function indexFields(index: IndexSpec): string[] {
  return index.unique ? [...index.fields] : [...index.fields, "_id"];
}

/**
 * Creates the declared indexes and waits for their build. One that is declared differently now is made anew; one that is no
 * longer declared stays, since replicas of the last version may still use it.
 */
export async function ensureIndexes(collection: Collection<Stored>, spec: CollectionSpec): Promise<void> {
  for (const index of spec.indexes) {
    const create = () =>
      collection.createIndex(Object.fromEntries(indexFields(index).map((field) => [field, 1])), {
        name: index.name,
        unique: index.unique ?? false,
        partialFilterExpression: Object.fromEntries(index.fields.map((field) => [field, KEY_TYPES])),
      });
    await asking(async () => {
      try {
        await create();
      } catch (error) {
        if (!(error instanceof MongoServerError && CONFLICTS.has(Number(error.code)))) throw error;
        await collection.dropIndex(index.name);
        await create();
      }
    });
  }
}
