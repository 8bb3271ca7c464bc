import { expect, test } from "vitest";
import { type IssuingPeriod, MAX_ISSUING_PERIODS, withPeriod } from "./issuing-period.ts";

const TODAY = "2026-06-15";
const at = (node: string, since: string, until?: string, forUnits = false): IssuingPeriod => ({
  node,
  since,
  ...(until !== undefined && { until }),
  forUnits,
});
const city = at("440100", "2026-01-01");

test("5.6.2: a right that begins later ends the one before on the day before", () => {
  const moved = withPeriod([city], at("440000", "2026-07-01"), TODAY);
  expect(moved).toEqual([at("440100", "2026-01-01", "2026-06-30"), at("440000", "2026-07-01")]);
});

test("the same again changes nothing, and a right may be given an end that is not over", () => {
  expect(withPeriod([city], city, TODAY)).toEqual([city]);
  const ended = at("440100", "2026-01-01", TODAY);
  expect(withPeriod([city], ended, TODAY)).toEqual([ended]);
});

test("what was put for days to come falls away before what is put for them now", () => {
  const planned = [at("440100", "2026-01-01", "2026-12-31"), at("440000", "2027-01-01")];
  expect(withPeriod(planned, at("440300", "2026-07-01"), TODAY)).toEqual([
    at("440100", "2026-01-01", "2026-06-30"),
    at("440300", "2026-07-01"),
  ]);
  expect(withPeriod(planned, at("440300", "2026-12-01", "2027-02-28"), TODAY)).toEqual([
    at("440100", "2026-01-01", "2026-11-30"),
    at("440300", "2026-12-01", "2027-02-28"),
    at("440000", "2027-03-01"),
  ]);
});

test("days that are over are not rewritten: neither by another node, nor for units, nor by an end", () => {
  const refused = (put: IssuingPeriod, field: string) => {
    expect(() => withPeriod([city], put, TODAY)).toThrow(
      expect.objectContaining({ reason: "INVALID_FIELD", fields: [expect.objectContaining({ field })] }),
    );
  };
  refused(at("440000", "2026-06-14"), "right.since");
  refused(at("440000", "2025-01-01"), "right.since");
  refused(at("440100", "2026-02-01", undefined, true), "right.since");
  refused(at("440100", "2026-01-01", "2026-06-13"), "right.since");
  expect(withPeriod([city], at("440000", TODAY), TODAY)).toHaveLength(2);
});

test("days that are over and of which nothing was said can be told: certificates may be older than the register", () => {
  expect(withPeriod([], at("440100", "2020-01-01"), TODAY)).toEqual([at("440100", "2020-01-01")]);
  expect(withPeriod([city], at("440000", "2020-01-01", "2025-12-31"), TODAY)).toEqual([
    at("440000", "2020-01-01", "2025-12-31"),
    city,
  ]);
  expect(withPeriod([city], at("440100", "2020-01-01"), TODAY)).toEqual([at("440100", "2020-01-01")]);
});

test("periods never overlap and stand in order, whatever is put in whatever order", () => {
  let seed = 7;
  const random = (below: number) => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return seed % below;
  };
  const day = () => `2027-${String(1 + random(12)).padStart(2, "0")}-${String(1 + random(28)).padStart(2, "0")}`;
  let periods: readonly IssuingPeriod[] = [];
  for (let round = 0; round < 300; round++) {
    const [since = "", until = ""] = [day(), day()].sort();
    const put = at(["A", "B"][random(2)] ?? "", since, random(4) === 0 ? undefined : until, random(2) === 0);
    periods = withPeriod(periods, put, TODAY);
    expect(periods.some((one) => one.since <= put.since && one.node === put.node)).toBe(true);
    periods.forEach((period, place) => {
      const before = periods[place - 1];
      expect(period.since <= (period.until ?? "9")).toBe(true);
      if (before) expect((before.until ?? "9") < period.since).toBe(true);
    });
  }
});

test("so many periods and no more", () => {
  const many = Array.from({ length: MAX_ISSUING_PERIODS }, (_, place) => {
    const day = new Date(Date.UTC(2027, 0, 1 + place)).toISOString().slice(0, 10);
    return at(place % 2 === 0 ? "A" : "B", day, day);
  });
  expect(() => withPeriod(many, at("C", "2030-01-01"), TODAY)).toThrow(
    expect.objectContaining({ reason: "TOO_LARGE" }),
  );
});
