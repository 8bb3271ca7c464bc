import { describe, expect, test } from "vitest";
import { indicatorValue, needsVolumes, parseIndicator } from "./indicator.ts";
import { quarterDays, quarterOf } from "./quarter.ts";
import type { CountedCell } from "./volumes.ts";

const figures = { listed: 10, opened: 8, synchronous: 6, portal: 40, usable: 10 };
const cell = (action: string, count: number, more: Partial<CountedCell> = {}): CountedCell => ({
  ...{ action, count, reason: "", item: "YYZZ", matter: "M1", day: "2026-11-24" },
  ...more,
});
const counted = {
  figures,
  cells: [
    cell("verified", 6),
    cell("extracted", 2, { item: "SPJY" }),
    cell("refused_use", 2, { reason: "USAGE_CODE_SPENT" }),
    cell("issued", 3),
    cell("issued", 1, { reason: "2026-11-20", late: true }),
  ],
};
const value = (numerator: object, denominator: object) =>
  indicatorValue(parseIndicator({ numerator, denominator } as never), counted);

describe("an indicator that a province defines (4.7.4)", () => {
  test("divides what holds on the day and what was counted in the period, narrowed by kind, matter, action and reason", () => {
    expect(value({ measure: "usable" }, { measure: "portal" })).toBe(0.25);
    expect(value({ measure: "refused" }, { sum: [{ measure: "used" }, { measure: "refused" }] })).toBe(0.2);
    expect(value({ measure: "used", where: { item: ["SPJY"] } }, { measure: "used" })).toBe(0.25);
    expect(value({ measure: "refused", where: { reason: ["STORE_AWAY"] } }, { constant: 1 })).toBe(0);
    expect(value({ measure: "issuedInTime" }, { measure: "issued" })).toBe(0.75);
    expect(value({ difference: [{ measure: "opened" }, { measure: "synchronous" }] }, { measure: "opened" })).toBe(
      0.25,
    );
  });

  test("has no value where its denominator is 0", () => {
    expect(value({ measure: "used" }, { difference: [{ measure: "used" }, { measure: "used" }] })).toBeUndefined();
  });

  test("knows whether it needs what was counted day by day", () => {
    const of = (numerator: object) =>
      needsVolumes(parseIndicator({ numerator, denominator: { constant: 1 } } as never));
    expect([of({ measure: "listed" }), of({ sum: [{ measure: "used" }] })]).toEqual([false, true]);
  });

  const deep = (levels: number): object => (levels === 0 ? { constant: 1 } : { sum: [deep(levels - 1)] });
  test.each([
    [{ denominator: { constant: 1 } }, "/numerator"],
    [{ numerator: { constant: 1 }, denominator: { constant: 1 }, unit: "%" }, "/unit"],
    [{ numerator: { measure: "sold" }, denominator: { constant: 1 } }, "/numerator/measure"],
    [
      { numerator: { sum: [{ constant: 1 }, { constant: "2" }] }, denominator: { constant: 1 } },
      "/numerator/sum/1/constant",
    ],
    [{ numerator: { sum: [] }, denominator: { constant: 1 } }, "/numerator/sum"],
    [{ numerator: { difference: [{ constant: 1 }] }, denominator: { constant: 1 } }, "/numerator/difference"],
    [{ numerator: { measure: "used", constant: 1 }, denominator: { constant: 1 } }, "/numerator"],
    [{ numerator: { constant: 1, where: {} }, denominator: { constant: 1 } }, "/numerator/where"],
    [{ numerator: { measure: "listed", where: {} }, denominator: { constant: 1 } }, "/numerator/where"],
    [
      { numerator: { measure: "used", where: { city: ["440100"] } }, denominator: { constant: 1 } },
      "/numerator/where/city",
    ],
    [
      { numerator: { measure: "used", where: { item: "YYZZ" } }, denominator: { constant: 1 } },
      "/numerator/where/item",
    ],
    [
      { numerator: deep(9), denominator: { constant: 1 } },
      "/numerator/sum/0/sum/0/sum/0/sum/0/sum/0/sum/0/sum/0/sum/0",
    ],
    [{ numerator: { sum: Array(101).fill({ constant: 1 }) }, denominator: { constant: 1 } }, "/numerator/sum/99"],
  ])("that is wrong is refused with the place: %j", (definition, at) => {
    expect(() => parseIndicator(definition as never)).toThrow(
      expect.objectContaining({
        reason: "INVALID_FIELD",
        fields: [expect.objectContaining({ field: `indicator.definition_json${at}`, localized: expect.any(String) })],
      }),
    );
  });
});

describe("a quarter (6.2.6)", () => {
  test("has its days", () => {
    expect(quarterDays("2026Q4")).toEqual({ from: "2026-10-01", to: "2026-12-31" });
    expect(quarterDays("2028Q1")).toEqual({ from: "2028-01-01", to: "2028-03-31" });
    expect([quarterDays("2026Q5"), quarterDays("2026"), quarterDays("0000Q1")]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(["2026-01-01", "2026-09-30", "2026-12-31"].map(quarterOf)).toEqual(["2026Q1", "2026Q3", "2026Q4"]);
  });
});
