import {
  type Filter,
  type FindCursor,
  type Collection as MongoCollection,
  MongoServerError,
  type WithoutId,
} from "mongodb";
import { documentText } from "../document-text.ts";
import { compareTuples } from "../key.ts";
import { cursorAt, indexNamed, type Plan, placesOf, planQuery } from "../plan.ts";
import type { Collection, CollectionSpec, IndexSpec, KeyValue, Stored } from "../port.ts";
import { boundsOf } from "./bounds.ts";
import { asking } from "./failure.ts";
import { indexFields, KEY_TYPES } from "./indexes.ts";
import { groupedInserts, insertEach, insertOrdered } from "./inserts.ts";
import { replaceEach } from "./replaces.ts";

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
    const direction = descending ? (-1 as const) : (1 as const);
    const selected = open.length === 0 ? byKey(plan, direction) : byIndex(plan, direction);
    // One more than the limit tells whether a page follows; one more again, since the lower bound includes the cursor. More
    // are asked for where documents hold arrays where none belong: the server sorts them elsewhere than they stand.
    for (let most = limit + 2; ; most *= 2) {
      const cursor = selected(collection);
      const given = await cursor
        .limit(most)
        .batchSize(most + 1)
        .toArray();
      const found = inOrder(plan, given, given.length < most);
      if (found.length > limit || given.length < most) return found as T[];
    }
  }

  return {
    async insert(document) {
      await insertOne(snapshot(document));
    },

    async insertMany(documents) {
      return insertEach(collection, documents.map(snapshot));
    },

    async insertInOrder(documents) {
      return insertOrdered(collection, documents.map(snapshot));
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

    async replaceMany(documents) {
      await replaceEach(
        collection,
        documents.map((one) => snapshot({ ...one, revision: one.revision + 1 })),
      );
    },

    async remove(id, revision) {
      const answer = await asking(() => collection.deleteOne({ _id: id, revision }));
      return answer.deletedCount === 1;
    },

    async query(query) {
      const plan = planQuery(spec, query);
      if (plan.empty) return { items: [] };
      const found = await asking(() => read(plan).catch(emptyIfCrossed));
      const items = found.slice(0, plan.limit);
      const last = found.length > plan.limit ? items.at(-1) : undefined;
      return last ? { items, next: cursorBehind(plan, last) } : { items };
    },

    async count(name, equals = []) {
      const index = indexNamed(spec, name);
      return asking(() => collection.countDocuments(held(index, equals), { hint: name, maxTimeMS: READ_MS }));
    },
  };
}

type Selected = (collection: MongoCollection<Stored>) => FindCursor<Stored>;

/** What a plan selects, in the order of its index. */
function byIndex(plan: Plan, direction: 1 | -1): Selected {
  const { lower, upper } = boundsOf(plan);
  const order = Object.fromEntries(indexFields(plan.index).map((field) => [field, direction]));
  const options = { hint: plan.index.name, min: lower, max: upper, maxTimeMS: READ_MS };
  return (collection) => collection.find({}, options).sort(order);
}

/**
 * What a plan selects that fixes all fields of its index, by key. Sorted by the index, documents that hold an array would come by another member of it than
 * that by which they were found.
 */
function byKey({ index, equals, after }: Plan, direction: 1 | -1): Selected {
  const place = after?.at(-1);
  const behind = place === undefined ? {} : { _id: { [direction === 1 ? "$gt" : "$lt"]: place } };
  const filter = { $and: [held(index, equals), behind] } as Filter<Stored>;
  return (collection) => collection.find(filter, { hint: index.name, maxTimeMS: READ_MS }).sort({ _id: direction });
}

/** The condition that a document is in an index, under a prefix of its key; said in full so that a partial index serves. */
function held(index: IndexSpec, equals: readonly KeyValue[]): Filter<Stored> {
  const fixed = equals.map((value, place) => ({ [index.fields[place] as string]: value }));
  return { $and: [...fixed, ...index.fields.map((field) => ({ [field]: KEY_TYPES }))] } as Filter<Stored>;
}

/**
 * What stands behind the plan's cursor, in its order. The server sorts a document with an array by one member of it, wherever the
 * cursor is: where more may follow, nothing is certain beyond the last document that has one place only.
 */
function inOrder(plan: Plan, given: readonly Stored[], isAll: boolean): Stored[] {
  const placed = given.flatMap((document) => {
    const places = placesOf(plan, document);
    const place = nextPlace(plan, places);
    return place ? [{ document, place, single: places.length === 1 }] : [];
  });
  if (placed.every(({ single }) => single)) return placed.map(({ document }) => document);
  const horizon = placed.findLast(({ single }) => single)?.place;
  const certain = isAll ? placed : placed.filter(({ place }) => horizon && order(plan, place, horizon) <= 0);
  return certain.sort((a, b) => order(plan, a.place, b.place)).map(({ document }) => document);
}

/** Where a document stands behind the cursor; `undefined` where it does not, is the cursor's own, or is not in the index. */
function nextPlace(plan: Plan, places: readonly KeyValue[][]): KeyValue[] | undefined {
  const { after } = plan;
  if (after === undefined) return places[0];
  if (places.some((place) => order(plan, place, after) === 0)) return undefined;
  return places.find((place) => order(plan, place, after) > 0);
}

function order({ descending }: Plan, a: readonly KeyValue[], b: readonly KeyValue[]): number {
  return descending ? compareTuples(b, a) : compareTuples(a, b);
}

function cursorBehind(plan: Plan, document: Stored): string {
  const place = nextPlace(plan, placesOf(plan, document)) ?? [];
  return cursorAt(plan, place.slice(0, -1), document._id);
}

function emptyIfCrossed(error: unknown): never[] {
  if (error instanceof MongoServerError && error.code === BOUNDS_CROSSED) return [];
  throw error;
}
