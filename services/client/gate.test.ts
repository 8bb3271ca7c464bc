import { expect, test } from "vitest";
import { Gate } from "./gate.ts";

const quiet = new AbortController().signal;

test("no more calls and bytes are on their way than the limits say; the others wait in their order", async () => {
  const gate = new Gate({ calls: 2, bytes: 100 });
  const stage = { stage: "" };
  const entered: string[] = [];
  const enter = (name: string, bytes: number) =>
    gate.enter(bytes, stage, quiet).then((leave) => {
      entered.push(name);
      return leave;
    });
  const first = await enter("first", 60);
  const second = enter("second", 60);
  const third = enter("third", 10);
  expect(stage.stage).toContain("1 calls with 60 bytes are on their way, and 2 calls with 100 bytes may be");
  expect([entered, gate.load]).toEqual([["first"], 3]);
  first();
  first();
  (await second)();
  (await third)();
  expect([entered, gate.load]).toEqual([["first", "second", "third"], 0]);
});

test("a request that is larger than all that may be on its way goes alone", async () => {
  const gate = new Gate({ calls: 2, bytes: 100 });
  const leave = await gate.enter(1_000, { stage: "" }, quiet);
  const next = gate.enter(1, { stage: "" }, quiet);
  expect(gate.load).toBe(2);
  leave();
  (await next)();
});

test("who gives up waiting lets the next one in", async () => {
  const gate = new Gate({ calls: 9, bytes: 100 });
  await gate.enter(60, { stage: "" }, quiet);
  const tired = new AbortController();
  const large = gate.enter(60, { stage: "" }, tired.signal);
  const small = gate.enter(10, { stage: "" }, quiet);
  tired.abort(new Error("tired"));
  await expect(large).rejects.toThrow("tired");
  await small;
});
