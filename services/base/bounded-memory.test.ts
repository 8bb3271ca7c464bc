import { expect, test } from "vitest";
import { BoundedMemory } from "./bounded-memory.ts";

function filled(most: number, ...keys: string[]): BoundedMemory<string, string> {
  const memory = new BoundedMemory<string, string>(most);
  for (const key of keys) memory.set(key, key.toUpperCase());
  return memory;
}

const keysOf = (memory: BoundedMemory<string, unknown>) => [...memory].map(([key]) => key);

test("with one entry too many, the oldest goes", () => {
  const memory = filled(2, "a", "b", "c");
  expect([...memory]).toEqual([
    ["b", "B"],
    ["c", "C"],
  ]);
  expect([memory.size, memory.has("a"), memory.get("a"), memory.get("c")]).toEqual([2, false, undefined, "C"]);
});

test("an entry that is set again gets its new value and stays as old as it is", () => {
  const memory = filled(2, "a", "b");
  memory.set("a", "new");
  expect(memory.get("a")).toBe("new");
  memory.set("c", "C");
  expect(keysOf(memory)).toEqual(["b", "c"]);
});

test("an entry that is renewed is the last to go", () => {
  const memory = filled(2, "a", "b");
  memory.renew("a", "new");
  memory.set("c", "C");
  expect([...memory]).toEqual([
    ["a", "new"],
    ["c", "C"],
  ]);
});

test("an entry that is used is the last to go, and one that is only read is not", () => {
  const memory = filled(2, "a", "b");
  expect([memory.use("a"), memory.get("b"), memory.use("x")]).toEqual(["A", "B", undefined]);
  memory.set("c", "C");
  expect(keysOf(memory)).toEqual(["a", "c"]);
});

test("a value is made where none is kept, and once; one that cannot be made leaves nothing", () => {
  const memory = filled(2, "a");
  expect(memory.recall("a", () => "made")).toBe("A");
  expect(memory.recall("b", () => "made")).toBe("made");
  expect(memory.recall("b", () => "made again")).toBe("made");
  const fails = () => {
    throw new Error("cannot be made");
  };
  expect(() => memory.recall("c", fails)).toThrow("cannot be made");
  expect(keysOf(memory)).toEqual(["a", "b"]);
});

test("room that was left by what was removed is there again", () => {
  const memory = filled(2, "a", "b");
  expect([memory.delete("a"), memory.delete("a")]).toEqual([true, false]);
  memory.set("c", "C");
  expect(keysOf(memory)).toEqual(["b", "c"]);
  memory.clear();
  expect(memory.size).toBe(0);
  for (const key of ["d", "e"]) memory.set(key, key);
  expect(keysOf(memory)).toEqual(["d", "e"]);
});

test("entries with weights go, the oldest first, until the rest is light enough", () => {
  const memory = new BoundedMemory<string, string>(10);
  memory.set("a", "", 4);
  memory.set("b", "", 4);
  memory.set("c", "", 7);
  expect(keysOf(memory)).toEqual(["c"]);
  memory.set("d", "", 3);
  expect(keysOf(memory)).toEqual(["c", "d"]);
});

test("the weight of an entry is the last one that was told, and stays with it when it is used", () => {
  const memory = new BoundedMemory<string, string>(10);
  memory.set("a", "", 9);
  memory.set("a", "", 2);
  memory.set("b", "", 8);
  expect(keysOf(memory)).toEqual(["a", "b"]);
  memory.use("a");
  memory.set("c", "", 1);
  expect(keysOf(memory)).toEqual(["a", "c"]);
  memory.renew("a", "", 9);
  expect(keysOf(memory)).toEqual(["c", "a"]);
});

test("an entry that is heavier than all may be is not kept", () => {
  const memory = new BoundedMemory<string, string>(10);
  memory.set("a", "", 4);
  memory.set("b", "", 11);
  expect([keysOf(memory), memory.size]).toEqual([[], 0]);
  memory.set("c", "", 10);
  expect(keysOf(memory)).toEqual(["c"]);
});

test("entries may be removed while they are gone through", () => {
  const memory = filled(3, "a", "b", "c");
  for (const [key] of memory) if (key !== "b") memory.delete(key);
  expect(keysOf(memory)).toEqual(["b"]);
});
