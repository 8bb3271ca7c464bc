import { expect, test } from "vitest";
import { changeStored, compareAndSet, untilStored } from "./compare-and-set.ts";
import { type Collection, DuplicateKey, type Stored } from "./port.ts";

interface Counter extends Stored {
  count: number;
}

/** One document in memory, which others write `between` reading and writing, once for each entry. */
function counterOf(stored: Counter | undefined, between: (() => void)[] = []) {
  const held = { stored, reads: 0 };
  const collection: Pick<Collection<Counter>, "get" | "insert" | "replace"> = {
    async get() {
      held.reads += 1;
      const found = held.stored;
      between.shift()?.();
      return found;
    },
    async insert(document) {
      if (held.stored) throw new DuplicateKey("_id");
      held.stored = document;
    },
    async replace(document) {
      if (held.stored?.revision !== document.revision) return undefined;
      held.stored = { ...document, revision: document.revision + 1 };
      return held.stored;
    },
  };
  const other = () => {
    const { count = 0, revision = 0 } = held.stored ?? {};
    held.stored = { _id: "a", revision: revision + 1, count: count + 10 };
  };
  return { collection, held, other };
}

const ONE: Counter = { _id: "a", revision: 1, count: 1 };
const oneMore = (old: Counter | undefined): Counter => ({ _id: "a", revision: 9, count: (old?.count ?? 0) + 1 });
const refused = (): never => {
  throw new Error("others write all the time");
};

test("a document is stored in the place of what was read, with the revision that belongs to it", async () => {
  const { collection, held } = counterOf(undefined);
  expect(await compareAndSet(collection, undefined, oneMore(undefined))).toEqual(ONE);
  expect(await compareAndSet(collection, ONE, oneMore(ONE))).toEqual({ _id: "a", revision: 2, count: 2 });
  expect(held.stored?.count).toBe(2);
});

test("nothing is stored where somebody else wrote meanwhile", async () => {
  const { collection, held } = counterOf({ ...ONE, revision: 2 });
  expect(await compareAndSet(collection, ONE, oneMore(ONE))).toBeUndefined();
  expect(await compareAndSet(collection, undefined, oneMore(undefined))).toBeUndefined();
  expect(held.stored).toEqual({ ...ONE, revision: 2 });
});

test("a fault of the store is thrown, of an insertion too", async () => {
  const insert = async () => {
    throw new Error("away");
  };
  const { collection } = counterOf(undefined);
  await expect(compareAndSet({ ...collection, insert }, undefined, ONE)).rejects.toThrow("away");
});

test("a change is made to what is stored then, however often others write in between", async () => {
  for (const stored of [undefined, ONE]) {
    const between: (() => void)[] = [];
    const { collection, held, other } = counterOf(stored, between);
    between.push(other, other);
    const before = stored?.count ?? 0;
    expect((await changeStored(collection, "a", oneMore)).count).toBe(before + 21);
    expect(held).toMatchObject({ stored: { count: before + 21 }, reads: 3 });
  }
});

test("a change that gives the same object, or none, stores nothing and resolves to that", async () => {
  const { collection, held } = counterOf(ONE);
  expect(await changeStored(collection, "a", (old) => old)).toBe(ONE);
  expect(await changeStored(collection, "a", () => undefined)).toBeUndefined();
  expect(held.stored).toBe(ONE);
});

test("after so many tries it is over: what is said then is thrown or given", async () => {
  const between: (() => void)[] = [];
  const { collection, held, other } = counterOf(ONE, between);
  between.push(...Array(6).fill(other));
  await expect(changeStored(collection, "a", oneMore, { tries: 3, spent: refused })).rejects.toThrow("all the time");
  expect(held).toMatchObject({ reads: 3, stored: { count: 31 } });
  expect(await changeStored(collection, "a", oneMore, { tries: 3, spent: () => ONE })).toBe(ONE);
  expect(held).toMatchObject({ reads: 6, stored: { count: 61 } });
});

test("a step is taken again until it gives something, be it false or nothing to count", async () => {
  const answers = [undefined, undefined, false];
  expect(await untilStored(async () => answers.shift())).toBe(false);
  expect(await untilStored(async () => 0, { tries: 1, spent: refused })).toBe(0);
  await expect(untilStored(async () => undefined, { tries: 2, spent: refused })).rejects.toThrow("all the time");
});

test("what a step or a change throws is thrown at once", async () => {
  let steps = 0;
  const fails = async () => {
    steps += 1;
    throw new Error("refused");
  };
  await expect(untilStored(fails)).rejects.toThrow("refused");
  await expect(changeStored(counterOf(ONE).collection, "a", fails)).rejects.toThrow("refused");
  expect(steps).toBe(2);
});
