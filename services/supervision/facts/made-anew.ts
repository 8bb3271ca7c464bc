import { type GuardedCollection, guardedCollection } from "../../event/guarded-collection.ts";
import type { Runtime } from "../../node/runtime.ts";
import { compareAndSet, untilStored } from "../../store/compare-and-set.ts";
import type { CollectionSpec, Stored } from "../../store/port.ts";

/** Documents that follow from what events told, so that each can be made anew. */
export interface MadeAnew<T extends Stored> extends GuardedCollection<T> {
  /**
   * Stores what `next` makes of what is there, again and again until nobody else wrote meanwhile: it is asked after the old one was read, so that
   * who counts later counts more and is not overwritten. What is there and cannot be read is as if it were not, and is written over.
   */
  make(id: string, next: (old: T | undefined) => Promise<T>): Promise<T>;
}

/** Opens a collection of such documents. `check` throws where one is not what its readers rely on. */
export async function openMadeAnew<T extends Stored>(
  { store, setAside }: Pick<Runtime, "store" | "setAside">,
  spec: CollectionSpec,
  check: (document: T) => void,
): Promise<MadeAnew<T>> {
  const collection = await store.collection<T>(spec);
  const guarded = guardedCollection<T>({ collection, setAside, place: "store", source: spec.name, check });

  /** What is stored, where it can be read; else it is set aside. */
  async function readable(stored: T | undefined): Promise<T | undefined> {
    return stored && (await guarded.readable([stored]))[0];
  }

  return {
    ...guarded,
    make: (id, next) =>
      untilStored(async () => {
        const stored = await collection.get(id);
        const old = await readable(stored);
        const made = await next(old);
        return made === old ? old : compareAndSet(collection, stored, made);
      }),
  };
}
