import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openTestRuntime, type TestRuntime } from "../../test/fixtures/runtime.ts";
import { openNumbering } from "./numbering.ts";

let house: TestRuntime;

beforeEach(async () => {
  house = await openTestRuntime({ service: "issue" });
});
afterEach(() => house.close());

const DAY = "2026-11-24";

describe("numbering", () => {
  test("serials of a day count up from one", async () => {
    const numbering = await openNumbering(house.runtime.store);
    expect([await numbering.next(DAY), await numbering.next(DAY)]).toEqual(["20261124000000001", "20261124000000002"]);
    expect(await numbering.next("2026-11-25")).toBe("20261125000000001");
  });

  test("replicas that count at once, and one that starts after a crash, never give a serial twice", async () => {
    const replicas = await Promise.all([1, 2, 3].map(() => openNumbering(house.runtime.store)));
    const first = await Promise.all(Array.from({ length: 300 }, (_, index) => replicas[index % 3]?.next(DAY)));
    const later = await openNumbering(house.runtime.store);
    const all = [...first, ...(await Promise.all(Array.from({ length: 100 }, () => later.next(DAY))))];
    expect(new Set(all).size).toBe(400);
  });
});
