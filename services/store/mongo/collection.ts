import { type Filter, type Collection as MongoCollection, MongoServerError, type WithoutId } from "mongodb";
import { documentText } from "../document-text.ts";
import { compareTuples, keysOf } from "../key.ts";
import { assertOrdered, cursorBehind, indexNamed, type Plan, planQuery } from "../plan.ts";
import type { Collection, CollectionSpec, IndexSpec, KeyValue, Stored } from "../port.ts";
import { boundsOf } from "./bounds.ts";
import { asking } from "./failure.ts";
import { indexFields, KEY_TYPES } from "./indexes.ts";
import { groupedInserts, insertEach } from "./inserts.ts";

/** Milliseconds that the server may spend on one read. */
const READ_MS = 10_000;
/** What the server says where the bounds of an index range leave nothing. */
const BOUNDS_CROSSED = 51175;

/** A collection of MongoDB whose declared indexes exist. */
export function mongoCollection<T extends Stored>(
  collection: MongoCollection<Stored>,
  spec: CollectionSpec,
): Collection<T> {
  const insertOne = groupedInserts(collection);

  /** The document as it is at the call, and as JSON has it: what the caller changes afterwards is not stored. */
  const snapshot = (document: T): T => JSON.parse(documentText(document)) as T;

  async function read(plan: Plan): Promise<T[]> {
    const { index, equals, open, after, descending, limit } = plan;
    if (index.unique && open.length === 0) {
      // An exclusive upper bound cannot select the one document that a full key names.
      const found = after
        ? null
        : await collection.findOne(held(index, equals), { hint: index.name, maxTimeMS: READ_MS });
      return found === null ? [] : [found as T];
    }
    const { lower, upper } = boundsOf(plan);
    const order = Object.fromEntries(
      indexFields(index).map((field) => [field, descending ? (-1 as const) : (1 as const)]),
    );
    const cursor = collection.find({}, { hint: index.name, min: lower, max: upper, maxTimeMS: READ_MS });
    // One more than the limit tells whether a page follows; one more again, since the lower bound includes the cursor.
    const found = await cursor
      .sort(order)
      .limit(limit + 2)
      .batchSize(limit + 3)
      .toArray();
    return (after === undefined ? found : found.filter((document) => isBehind(plan, document))) as T[];
  }

  return {
    async insert(document) {
      await insertOne(snapshot(document));
    },

    async insertMany(documents) {
      return insertEach(collection, documents.map(snapshot));
    },

    async get(id) {
      const found = await asking(() => collection.findOne({ _id: id }, { maxTimeMS: READ_MS }));
      return found === null ? undefined : (found as T);
    },

    async getMany(ids) {
      if (ids.length > 1000) throw new Error(`${ids.length} ids asked at once, at most 1000`);
      const wanted = { _id: { $in: [...ids] } };
      const found = await asking(() => collection.find(wanted, { maxTimeMS: READ_MS }).toArray());
      const byId = new Map(found.map((document) => [document._id, document as T]));
      return ids.map((id) => byId.get(id));
    },

    async replace(document) {
      const stored = snapshot({ ...document, revision: document.revision + 1 });
      const { _id, revision } = document;
      const answer = await asking(() => collection.replaceOne({ _id, revision }, stored as WithoutId<T>));
      return answer.matchedCount === 1 ? stored : undefined;
    },

    async remove(id, revision) {
      const answer = await asking(() => collection.deleteOne({ _id: id, revision }));
      return answer.deletedCount === 1;
    },

    async query(query) {
      const plan = planQuery(spec, query);
      if (plan.empty) return { items: [] };
      const found = await asking(() => read(plan).catch(emptyIfCrossed));
      assertOrdered(plan, found);
      const items = found.slice(0, plan.limit);
      const last = items.at(-1);
      return found.length > plan.limit && last ? { items, next: cursorBehind(plan, last) } : { items };
    },

    async count(name, equals = []) {
      const index = indexNamed(spec, name);
      return asking(() => collection.countDocuments(held(index, equals), { hint: name, maxTimeMS: READ_MS }));
    },
  };
}

/** The condition that a document is in an index, under a prefix of its key; said in full so that a partial index serves. */
function held(index: IndexSpec, equals: readonly KeyValue[]): Filter<Stored> {
  const fixed = equals.map((value, place) => ({ [index.fields[place] as string]: value }));
  return { $and: [...fixed, ...index.fields.map((field) => ({ [field]: KEY_TYPES }))] } as Filter<Stored>;
}

/** Tells whether a document lies behind the plan's cursor; the cursor's own document does not. */
function isBehind({ index, equals, after = [], descending }: Plan, document: Stored): boolean {
  const [key = []] = keysOf(document, index.fields);
  const order = compareTuples([...key.slice(equals.length), document._id], after);
  return descending ? order < 0 : order > 0;
}

function emptyIfCrossed(error: unknown): never[] {
  if (error instanceof MongoServerError && error.code === BOUNDS_CROSSED) return [];
  throw error;
}
