import { describe, expect, test } from "vitest";
import { eachDay, periodOf, trendDays } from "./period.ts";

describe("the period of figures", () => {
  test("is that of the address, and the last thirty days where it names none or no day", () => {
    expect(periodOf("2026-10-01", "2026-10-31", "2026-12-01")).toEqual({ from: "2026-10-01", to: "2026-10-31" });
    expect(periodOf("", "", "2026-12-01")).toEqual({ from: "2026-11-02", to: "2026-12-01" });
    expect(periodOf("tomorrow", "2026-02-30", "2026-12-01")).toEqual({ from: "2026-11-02", to: "2026-12-01" });
  });

  test("has a trend of eight days at most, its first and its last among them", () => {
    const days = trendDays({ from: "2026-11-02", to: "2026-12-01" });
    expect(days).toHaveLength(8);
    expect([days[0], days.at(-1)]).toEqual(["2026-11-02", "2026-12-01"]);
    expect(new Set(days).size).toBe(8);
    expect(trendDays({ from: "2026-11-29", to: "2026-12-01" })).toEqual(["2026-11-29", "2026-11-30", "2026-12-01"]);
    expect(trendDays({ from: "2026-12-02", to: "2026-12-01" })).toEqual(["2026-12-01"]);
  });

  test("names each of its days", () => {
    expect(eachDay({ from: "2026-02-27", to: "2026-03-01" })).toEqual(["2026-02-27", "2026-02-28", "2026-03-01"]);
    expect(eachDay({ from: "2026-12-02", to: "2026-12-01" })).toEqual([]);
  });
});
