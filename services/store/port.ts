/**
 * The store port: one aggregate is one document with a `revision`; writes are compare-and-set; there are no
 * multi-document transactions, so both engines keep the same promise. Every promise that resolves after a write MUST
 * mean that the write is durable: journaled by a majority (MongoDB) or synced to disk (SQLite).
 */

/**
 * A stored document: JSON values only (no dates, no bytes; no NUL in a member's name), at most 15 MiB. `_id` is its key; `revision` starts at 1 and
 * grows by 1 with each replacement. Members that are `undefined` are not stored.
 */
export interface Stored {
  _id: string;
  revision: number;
}

/**
 * An index declared up front. `fields` are dotted paths whose values are strings or numbers; the **last** field may hold
 * an array, which is indexed by each of its members. A document that lacks one of the fields is not in the index (sparse),
 * and so is not held by its uniqueness. Keys sort by value: numbers by size, before text by its UTF-8 bytes.
 */
export interface IndexSpec {
  name: string;
  fields: readonly string[];
  unique?: boolean;
  /** The last field holds arrays: a query MUST fix it by `equals`, and throws otherwise, since nothing is in order by it. */
  many?: true;
}

/** A collection and its indexes, declared once by the service that owns it. */
export interface CollectionSpec {
  name: string;
  indexes: readonly IndexSpec[];
  /**
   * So many documents may be remembered as they are stored, for collections that are read by key again and again. What reads and `replace` give may then be
   * frozen and shared, and MUST be read only.
   */
  remembered?: number;
}

/** A key value of an index field. */
export type KeyValue = string | number;

/**
 * A query on one declared index. `equals` fixes a prefix of the index's fields; `from`/`to` bound the next field
 * (inclusive / exclusive) within their own type; results come in index order, ties by `_id`. A document that holds an array where the
 * index declares none disturbs no other: pages go on behind it, and it may come in more than one of them. `after` continues
 * behind a cursor that the last page returned; a foreign or damaged one is refused with `INVALID_FIELD`. `limit` is 1–1000.
 */
export interface Query {
  index: string;
  equals?: readonly KeyValue[];
  from?: KeyValue;
  to?: KeyValue;
  descending?: boolean;
  after?: string;
  limit: number;
}

/** One page of a query. `next` is absent on the last page; it is opaque and safe to hand to a client. */
export interface Page<T> {
  items: T[];
  next?: string;
}

/**
 * Documents of one kind. All methods throw `Refusal` `STORE_AWAY` / `STORE_FULL` when the engine cannot serve. After a write
 * that was refused with `STORE_AWAY` it is open whether it took place (an answer may be lost on its way): read before you
 * repeat it.
 */
export interface Collection<T extends Stored> {
  /** Inserts a new document durably. Throws {@link DuplicateKey} if `_id` or a unique index is taken. */
  insert(document: T): Promise<void>;
  /** Inserts many, each on its own; the answer has, per document, `undefined` or the duplicate that stopped it. */
  insertMany(documents: readonly T[]): Promise<(DuplicateKey | undefined)[]>;
  /**
   * Inserts several in this order, up to the first of which a key is taken; resolves to how many were stored. What is stored is always a beginning of the
   * list, whenever the process ends: of documents that follow from each other none stands without the one before.
   */
  insertInOrder(documents: readonly T[]): Promise<number>;
  get(id: string): Promise<T | undefined>;
  /** Several by key, in the order asked, `undefined` where absent. At most 1000. */
  getMany(ids: readonly string[]): Promise<(T | undefined)[]>;
  /**
   * Replaces the document with `_id` if its stored revision is `document.revision`, and stores it with the revision one
   * higher. Resolves to the stored document, or to `undefined` if somebody else was first (or it is gone). Throws
   * {@link DuplicateKey} if the new document takes a unique key of another.
   */
  replace(document: T): Promise<T | undefined>;
  /**
   * Replaces many, each on its own as {@link Collection.replace} does; whether somebody else was first is not told. For collections without unique
   * indexes: what a duplicate does there is left open.
   */
  replaceMany(documents: readonly T[]): Promise<void>;
  /** Removes the document if its revision still is the given one. */
  remove(id: string, revision: number): Promise<boolean>;
  query(query: Query): Promise<Page<T>>;
  /** Number of documents that the equality prefix of an index selects (all of the index without one). */
  count(index: string, equals?: readonly KeyValue[]): Promise<number>;
}

/** Files by content: immutable, named by the SHA-256 (hex) of their bytes. */
export interface Blobs {
  /** Stores bytes durably and resolves to their digest. Storing the same bytes again is cheap and harmless. */
  put(bytes: Uint8Array): Promise<string>;
  /**
   * Stores bytes as {@link Blobs.put} does, and tells their digest at once, for whoever names them somewhere else meanwhile. They MUST stay as they are until
   * `durable` resolves, which whoever calls MUST wait for.
   */
  begin(bytes: Uint8Array): { digest: string; durable: Promise<void> };
  /** Resolves to the bytes, checked against the digest, or `undefined`. Throws `INTERNAL` where the bytes are damaged. */
  get(digest: string): Promise<Uint8Array | undefined>;
  has(digest: string): Promise<boolean>;
  /**
   * The recipe of a file of a certificate (`document/pieces`), where it is kept as one, and `undefined` otherwise. It is not held against the digest: who
   * joins it MUST do that.
   */
  recipe(digest: string): Promise<Uint8Array | undefined>;
  /**
   * Keeps the file of a digest by its recipe, once that has given the very octets. Resolves to `false`, and keeps nothing, where the shared front that it names is not
   * there. Throws `INVALID_FIELD` where it is no recipe of a known version, or gives another file.
   */
  putRecipe(digest: string, recipe: Uint8Array): Promise<boolean>;
}

/** For how long a durable write tells that the next one works, milliseconds. */
export const WRITTEN_MS = 6_000;

/** One open database. */
export interface Store {
  readonly engine: "mongodb" | "sqlite";
  /** Opens a collection and creates its indexes. Idempotent; call once per service at start. */
  collection<T extends Stored>(spec: CollectionSpec): Promise<Collection<T>>;
  readonly blobs: Blobs;
  /**
   * Resolves if a read works now, and a durable write works now or, with SQLite, worked within {@link WRITTEN_MS}, none having failed since; throws
   * `STORE_AWAY` or `STORE_FULL` otherwise.
   */
  check(): Promise<void>;
  /**
   * Another text once anybody has written documents, this process or another: what was read behind the same stamp is as it was. `undefined`: the engine
   * cannot tell more cheaply than by reading. Throws `STORE_AWAY`.
   */
  stamp(): string | undefined;
  /**
   * Bytes that its documents and their indexes take now, as the engine counts them. With MongoDB they are counted before they are compressed, and blobs are among them; with SQLite, whose blobs are files
   * beside, they are not. Throws `STORE_AWAY`.
   */
  size(): Promise<number>;
  close(): Promise<void>;
}

/** A unique key was taken. `index` is the index's name, or `_id`. */
export class DuplicateKey extends Error {
  override readonly name = "DuplicateKey";
  readonly index: string;

  constructor(index: string) {
    super(`duplicate key in index ${index}`);
    this.index = index;
  }
}
