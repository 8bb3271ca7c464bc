import { expect, test } from "vitest";
import { doneAtOnce } from "./at-once.ts";

test("so many are worked on at once, and what is ready first is given first", async () => {
  const gates = new Map<number, () => void>();
  const work = (element: number) => new Promise<number>((resolve) => gates.set(element, () => resolve(element * 10)));
  const done = doneAtOnce([1, 2, 3], 2, work);
  const first = done.next();
  await expect.poll(() => [...gates.keys()]).toEqual([1, 2]);
  gates.get(2)?.();
  expect((await first).value).toBe(20);
  const second = done.next();
  await expect.poll(() => [...gates.keys()]).toEqual([1, 2, 3]);
  gates.get(3)?.();
  expect((await second).value).toBe(30);
  gates.get(1)?.();
  expect((await done.next()).value).toBe(10);
  expect((await done.next()).done).toBe(true);
});

test("what the source throws ends it", async () => {
  async function* broken(): AsyncGenerator<number> {
    yield 1;
    throw new Error("the file ends too early");
  }
  const all = async () => {
    for await (const one of doneAtOnce(broken(), 4, async (element) => element)) expect(one).toBe(1);
  };
  await expect(all()).rejects.toThrow("the file ends too early");
});
