import { describe, expect, test } from "vitest";
import { addDays } from "./civil-date.ts";
import { seededNumbers } from "./seeded.ts";
import { type SerialBlock, type SerialCounter, takeBlock, takeSerial } from "./serial-block.ts";

const DAY = "2026-03-15";

describe("serial (流水号)", () => {
  test("the first serial of a day is its date and 000000001", () => {
    const { counter, block } = takeBlock(undefined, DAY, 100);
    expect(counter).toEqual({ day: DAY, next: 101 });
    expect(takeSerial(block, DAY)).toEqual({ serial: "20260315000000001", rest: { day: DAY, next: 2, end: 101 } });
  });

  test("the next block begins where the last one ended, and a new day at 1", () => {
    const first = takeBlock(undefined, DAY, 100);
    expect(takeBlock(first.counter, DAY, 50).block).toEqual({ day: DAY, next: 101, end: 151 });
    expect(takeBlock(first.counter, "2026-03-16", 50).block).toEqual({ day: "2026-03-16", next: 1, end: 51 });
  });

  test("a block gives exactly its numbers, and none after midnight", () => {
    const { block } = takeBlock(undefined, DAY, 1);
    const taken = takeSerial(block, DAY);
    expect(takeSerial(taken?.rest, DAY)).toBeUndefined();
    expect(takeSerial(block, "2026-03-16")).toBeUndefined();
    expect(takeSerial(undefined, DAY)).toBeUndefined();
  });

  test("a clock that is set back goes on under the later day", () => {
    const { counter, block } = takeBlock({ day: DAY, next: 7 }, "2026-03-14", 10);
    expect(counter).toEqual({ day: DAY, next: 17 });
    expect(takeSerial(block, "2026-03-14")?.serial).toBe("20260315000000007");
  });

  test("the day's last serial is 999999999, after it the day is refused", () => {
    const { block, counter } = takeBlock({ day: DAY, next: 999_999_999 }, DAY, 1);
    expect(takeSerial(block, DAY)?.serial).toBe("20260315999999999");
    expect(() => takeBlock(counter, DAY, 1)).toThrow(expect.objectContaining({ reason: "OVERLOADED" }));
  });

  test("no serial is given twice, whatever processes crash and clocks do", () => {
    const next = seededNumbers(36904);
    const given = new Set<string>();
    const blocks: (SerialBlock | undefined)[] = [undefined, undefined, undefined];
    let counter: SerialCounter | undefined;
    for (let round = 0; round < 5000; round++) {
      const who = Math.floor(next() * blocks.length);
      const day = addDays(DAY, Math.floor(round / 1000) + (next() < 0.05 ? -2 : 0));
      if (next() < 0.05) blocks[who] = undefined;
      let taken = takeSerial(blocks[who], day);
      if (taken === undefined) {
        const fresh = takeBlock(counter, day, 1 + Math.floor(next() * 20));
        counter = fresh.counter;
        taken = takeSerial(fresh.block, day);
      }
      blocks[who] = taken?.rest;
      given.add(taken?.serial ?? "none");
    }
    expect(given.has("none")).toBe(false);
    expect(given.size).toBe(5000);
  });
});
