import { expect, test } from "vitest";
import { createGroups } from "./groups.ts";

const fulfilled = <R>(value: R): PromiseSettledResult<R> => ({ status: "fulfilled", value });
const limits = { members: 3, weight: 10, weigh: (member: number) => member };

test("who comes while a group runs is in the next one, up to the limits; one that is too heavy goes alone", async () => {
  const seen: number[][] = [];
  const groups = createGroups(async (members: readonly number[]) => {
    seen.push([...members]);
    return members.map((member) => fulfilled(member * 2));
  }, limits);
  const answers = await Promise.all([1, 2, 3, 4, 20, 5, 5, 5].map((member) => groups.add(member)));
  expect(answers).toEqual([2, 4, 6, 8, 40, 10, 10, 10]);
  expect(seen).toEqual([[1, 2, 3], [4], [20], [5, 5], [5]]);
});

test("one bad member fails alone; where the work itself fails, its group does, and the next one goes on", async () => {
  let turn = 0;
  const groups = createGroups(async (members: readonly number[]) => {
    if (turn++ === 1) throw new Error("away");
    return members.map(
      (member): PromiseSettledResult<number> =>
        member === 2 ? { status: "rejected", reason: new Error("bad") } : fulfilled(member),
    );
  }, limits);
  const told = await Promise.allSettled([1, 2, 3, 4, 5, 6, 7].map((member) => groups.add(member)));
  expect(told.map((outcome) => (outcome.status === "fulfilled" ? outcome.value : outcome.reason.message))).toEqual([
    1,
    "bad",
    3,
    "away",
    "away",
    6,
    7,
  ]);
});

test("it is idle once everything has its outcome", async () => {
  let done = 0;
  const groups = createGroups(async (members: readonly number[]) => {
    await new Promise((resolve) => setImmediate(resolve));
    done += members.length;
    return members.map(() => fulfilled(undefined));
  }, limits);
  await groups.idle();
  for (let member = 0; member < 7; member++) void groups.add(member);
  await groups.idle();
  expect(done).toBe(7);
});
