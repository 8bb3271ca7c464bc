import { expect, test } from "vitest";
import { createTurns } from "./in-turn.ts";

test("works follow one another in the order in which they came, and each has its own outcome", async () => {
  const inTurn = createTurns();
  const first = Promise.withResolvers<string>();
  const begun: string[] = [];
  const one = inTurn(() => {
    begun.push("one");
    return first.promise;
  });
  const two = inTurn(async () => {
    begun.push("two");
    return 2;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(begun).toEqual(["one"]);
  first.resolve("done");
  expect([await one, await two, begun]).toEqual(["done", 2, ["one", "two"]]);
});

test("a work that fails is told to whoever brought it, and keeps none behind it from its turn", async () => {
  const inTurn = createTurns();
  const failing = inTurn(async () => {
    throw new Error("failed");
  });
  const next = inTurn(async () => "done");
  await expect(failing).rejects.toThrow("failed");
  expect(await next).toBe("done");
});
