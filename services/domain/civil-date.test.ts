import { describe, expect, test } from "vitest";
import {
  addDays,
  addMonths,
  addYears,
  endedBefore,
  formatShanghaiTime,
  isCivilDate,
  lastDayOfPeriod,
  requireCivilDate,
  requireDateRange,
  shanghaiDay,
} from "./civil-date.ts";
import { Refusal } from "./refusal.ts";
import { seededNumbers } from "./seeded.ts";

describe("civil date", () => {
  test.each(["1800-01-01", "2024-02-29", "2000-02-29", "2026-12-31", "9999-12-31"])("%s is a date", (text) => {
    expect(isCivilDate(text)).toBe(true);
  });

  test.each([
    "2026-02-29",
    "1900-02-29",
    "2026-04-31",
    "2026-13-01",
    "2026-00-10",
    "2026-01-00",
    "1799-12-31",
    "2026-1-1",
    "20260101",
    "2026-01-01T00:00:00",
    " 2026-01-01",
    "2026-01-01\n",
    "",
  ])("%j is none", (text) => {
    expect(isCivilDate(text)).toBe(false);
  });

  test("a validity is over before the day behind its last; one without a last day (长期) never is", () => {
    expect(endedBefore("2026-10-25", "2026-10-24")).toBe(true);
    expect(endedBefore("2026-10-25", "2026-10-25")).toBe(false);
    for (const none of ["", undefined]) expect(endedBefore("2026-10-25", none)).toBe(false);
    expect(endedBefore("", "2026-10-24")).toBe(false);
  });

  test("days, months and years are added by the calendar", () => {
    expect(addDays("2024-02-28", 2)).toBe("2024-03-01");
    expect(addDays("2026-01-01", -1)).toBe("2025-12-31");
    expect(addMonths("2026-01-31", 1)).toBe("2026-02-28");
    expect(addMonths("2026-11-15", 14)).toBe("2028-01-15");
    expect(addMonths("2026-01-15", -1)).toBe("2025-12-15");
    expect(addYears("2024-02-29", 1)).toBe("2025-02-28");
    expect(addYears("2024-02-29", 4)).toBe("2028-02-29");
    expect(addYears("9990-05-01", 20)).toBe("9999-12-31");
  });

  test("a period ends on the day before the same day, or at the end of a shorter month", () => {
    expect(lastDayOfPeriod("2024-03-15", 60)).toBe("2029-03-14");
    expect(lastDayOfPeriod("2024-03-01", 12)).toBe("2025-02-28");
    expect(lastDayOfPeriod("2024-01-31", 1)).toBe("2024-02-29");
    expect(lastDayOfPeriod("2024-02-29", 12)).toBe("2025-02-28");
  });

  test("a period always begins where the one before ended", () => {
    const next = seededNumbers(7);
    for (let round = 0; round < 500; round++) {
      const from = addDays("1990-01-01", Math.floor(next() * 20_000));
      const months = 1 + Math.floor(next() * 240);
      const last = lastDayOfPeriod(from, months);
      expect(isCivilDate(last)).toBe(true);
      expect(last > from).toBe(true);
      expect(addDays(last, 1) >= addMonths(from, months)).toBe(true);
    }
  });

  test("times are written in Asia/Shanghai, and its midnight turns the day", () => {
    expect(formatShanghaiTime(new Date("2026-03-01T15:59:59.999Z"))).toBe("2026-03-01T23:59:59+08:00");
    expect(shanghaiDay(new Date("2026-03-01T15:59:59.999Z"))).toBe("2026-03-01");
    expect(shanghaiDay(new Date("2026-03-01T16:00:00Z"))).toBe("2026-03-02");
    expect(formatShanghaiTime(new Date("2026-12-31T16:00:00Z"))).toBe("2027-01-01T00:00:00+08:00");
  });

  test("a written time reads back as the same second", () => {
    const instant = new Date("2026-07-31T03:04:05Z");
    expect(new Date(formatShanghaiTime(instant))).toEqual(instant);
  });
});

describe("date range", () => {
  const range = (from?: string, to?: string) => () =>
    requireDateRange({ from, to, fromField: "valid_from", toField: "valid_to" });

  test("a range of one day, an open one and none are good", () => {
    expect(range("2026-01-01", "2026-01-01")).not.toThrow();
    expect(range("2026-01-01")).not.toThrow();
    expect(range(undefined, "2026-01-01")).not.toThrow();
    expect(range()).not.toThrow();
  });

  test("a range turned round is refused as DATE_RANGE_INVALID, with the field", () => {
    expect(range("2026-01-02", "2026-01-01")).toThrow(
      expect.objectContaining({
        reason: "DATE_RANGE_INVALID",
        fields: [expect.objectContaining({ field: "valid_to" })],
      }),
    );
  });

  test("a date that does not exist is refused before the order is looked at", () => {
    expect(range("2026-02-30", "2026-01-01")).toThrow(
      expect.objectContaining({ reason: "INVALID_FIELD", fields: [expect.objectContaining({ field: "valid_from" })] }),
    );
    expect(() => requireCivilDate("soon", "issue_date")).toThrow(Refusal);
  });
});
