import { describe, expect, test } from "vitest";
import { isWorkingDay, lastDayInTime, WEEKENDS_ALONE, yearsWithout } from "./working-day.ts";

const CALENDAR = {
  years: new Set(["2026"]),
  holidays: new Set(["2026-10-01", "2026-10-02", "2026-10-03", "2026-10-04", "2026-10-05", "2026-10-06", "2026-10-07"]),
  workingDays: new Set(["2026-09-20", "2026-10-10"]),
};

describe("the working day of a decision (6.4.5.2)", () => {
  test("is that day, and for a weekend the Monday behind it", () => {
    const decided = ["2026-11-27", "2026-11-28", "2026-11-29", "2026-11-30"];
    const last = ["2026-11-27", "2026-11-30", "2026-11-30", "2026-11-30"];
    for (const calendar of [CALENDAR, WEEKENDS_ALONE])
      expect(decided.map((day) => lastDayInTime(day, calendar))).toEqual(last);
  });

  test("is the first one behind a holiday, and a weekend that is worked for one is a working day", () => {
    const days = ["2026-09-20", "2026-10-01", "2026-10-07", "2026-10-10"];
    expect(days.map((day) => lastDayInTime(day, CALENDAR))).toEqual([
      ...["2026-09-20", "2026-10-08", "2026-10-08", "2026-10-10"],
    ]);
    expect(days.map((day) => isWorkingDay(day, WEEKENDS_ALONE))).toEqual([false, true, true, false]);
  });

  test("is found though a calendar had no working day", () => {
    const never = { ...CALENDAR, holidays: { has: () => true } as never, workingDays: new Set<string>() };
    expect(lastDayInTime("2026-10-01", never)).toBe("2026-11-01");
  });

  test("years without a decree are told", () => {
    expect(yearsWithout(CALENDAR, "2025-11-01", "2027-01-31")).toEqual([2025, 2027]);
    expect(yearsWithout(CALENDAR, "2026-01-01", "2026-12-31")).toEqual([]);
  });
});
