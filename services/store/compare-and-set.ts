import { insertNew } from "./insert-new.ts";
import type { Collection, Stored } from "./port.ts";

/** How often a write is tried, and what is done then: `spent` throws, or gives what is resolved to instead. */
export interface Patience<T> {
  tries: number;
  spent(): T | Promise<T>;
}

/**
 * Takes a step again while it resolves to `undefined`: somebody else wrote between its reading and its writing, so that it has to look
 * anew. Without `patience` until it gets through.
 */
export async function untilStored<T>(step: () => Promise<T | undefined>, patience?: Patience<T>): Promise<T> {
  for (let tries = 0; !patience || tries < patience.tries; tries++) {
    const done = await step();
    if (done !== undefined) return done;
  }
  return patience.spent();
}

/**
 * Stores a document in the place of what was read there, which may be nothing; whatever revision it is given, it gets the right one. Resolves
 * to what is stored, or to `undefined` where somebody else wrote meanwhile, or has taken one of the unique keys of a new document.
 */
export async function compareAndSet<T extends Stored>(
  collection: Pick<Collection<T>, "insert" | "replace">,
  old: Stored | undefined,
  next: T,
): Promise<T | undefined> {
  if (old) return collection.replace({ ...next, revision: old.revision });
  const document = { ...next, revision: 1 };
  return (await insertNew(collection, document)) ? document : undefined;
}

/**
 * Changes one document. `next` gets what is stored and gives what shall be: the same object, or `undefined`, changes nothing and is resolved to,
 * anything else is stored; what it throws is thrown. It is asked again where somebody else wrote meanwhile.
 */
export function changeStored<T extends Stored, R extends T | undefined>(
  collection: Pick<Collection<T>, "get" | "insert" | "replace">,
  id: string,
  next: (old: T | undefined) => R | Promise<R>,
  patience?: Patience<R>,
): Promise<R> {
  const step = async (): Promise<{ result: R } | undefined> => {
    const old = await collection.get(id);
    const wanted = await next(old);
    if (wanted === undefined || wanted === old) return { result: wanted };
    const stored = await compareAndSet(collection, old, wanted as T);
    return stored && { result: stored as R };
  };
  const spent = patience && { tries: patience.tries, spent: async () => ({ result: await patience.spent() }) };
  return untilStored(step, spent).then(({ result }) => result);
}
