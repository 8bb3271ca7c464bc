import { Refusal } from "../domain/refusal.ts";
import type { Collection, Stored } from "../store/port.ts";
import type { SetAside } from "./set-aside.ts";
import { causeOf, type Place } from "./set-aside-row.ts";

/** Reads documents of one collection, each by itself: one that cannot be read stops nobody who asks for the others. */
export interface RowReader<T extends Stored, R> {
  /** All that can be read, in their order; the others are set aside. */
  all(documents: readonly T[]): Promise<R[]>;
  /** Each with what was read of it, for those who need the document too. */
  pairs(documents: readonly T[]): Promise<[T, R][]>;
  /** What is stored under a key, and what was read of it; where it cannot be read it is set aside, and `row` absent. */
  at(key: string): Promise<{ stored: T | undefined; row: R | undefined }>;
  /** One; where it cannot be read it is set aside and `RECORD_UNREADABLE` thrown, with the remedy. */
  one(document: T): Promise<R>;
}

/** What a reader reads. */
export interface RowReaderParts<T extends Stored, R> {
  setAside: SetAside;
  place: Place;
  /** Name of the collection. */
  source: string;
  collection: Pick<Collection<T>, "get">;
  /** Node that a document came from. Absent: none came from another. */
  nodeOf?(document: T): string;
  /** Reads a document or throws, whatever it holds. What it throws is told to operators only: see {@link causeOf}. */
  read(document: T): R;
}

/** Creates a reader, and registers that a retry reads the document again where it lies. One that is gone is done with. */
export function createRowReader<T extends Stored, R>(parts: RowReaderParts<T, R>): RowReader<T, R> {
  const { setAside, place, source, collection, nodeOf, read } = parts;
  setAside.onRetry(place, source, async ({ key }) => {
    const document = await collection.get(key);
    if (document) read(document);
  });

  async function tell(document: T, thrown: unknown): Promise<void> {
    const node = String(nodeOf?.(document) ?? "");
    await setAside.tell({ place, source, node, key: String(document._id), ...causeOf(thrown) });
  }

  async function pairs(documents: readonly T[]): Promise<[T, R][]> {
    const found: [T, R][] = [];
    for (const document of documents) {
      try {
        found.push([document, read(document)]);
      } catch (thrown) {
        await tell(document, thrown);
      }
    }
    return found;
  }

  return {
    pairs,
    all: async (documents) => (await pairs(documents)).map(([, row]) => row),
    async at(key) {
      const stored = await collection.get(key);
      const [pair] = stored ? await pairs([stored]) : [];
      return { stored, row: pair?.[1] };
    },
    async one(document) {
      try {
        return read(document);
      } catch (thrown) {
        await tell(document, thrown);
        throw unreadable(source, String(document._id), thrown);
      }
    },
  };
}

/** The refusal for who asked for a record that is there and cannot be read. */
export function unreadable(source: string, key: string, cause: unknown): Refusal {
  const description = `the stored record ${key} cannot be read`;
  const remedy = "tell the node's operator: `ecert set-aside list` shows it, and it is tried again once it is mended";
  const localized = `存储的记录${key}无法读取，请联系节点运维（ecert set-aside list），修复后会重试`;
  const fields = [{ field: "", description, remedy, localized }];
  return new Refusal("RECORD_UNREADABLE", description, { fields, metadata: { source, key }, cause });
}
