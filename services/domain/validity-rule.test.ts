import { describe, expect, test } from "vitest";
import { parseValidityRule, type StatedDates, type ValidityRule, validityUnder } from "./validity-rule.ts";

const TODAY = "2026-03-15";
const issued: StatedDates = { issueDate: TODAY };
const under = (rule: ValidityRule, dates: Partial<StatedDates> = {}) =>
  validityUnder(rule, { ...issued, ...dates }, TODAY);
const refusal = (reason: string, field: string) =>
  expect.objectContaining({ reason, fields: [expect.objectContaining({ field })] });

describe("validity of a certificate", () => {
  test("an unlimited item takes no last day", () => {
    expect(under({ kind: "unlimited" })).toEqual({});
    expect(under({ kind: "unlimited" }, { validFrom: "2026-04-01" })).toEqual({ validFrom: "2026-04-01" });
    expect(() => under({ kind: "unlimited" }, { validTo: "2030-01-01" })).toThrow(refusal("INVALID_FIELD", "valid_to"));
  });

  test("a fixed period is derived from the first day, or else from the day of issue", () => {
    expect(under({ kind: "fixed", years: 5 })).toEqual({ validTo: "2031-03-14" });
    expect(under({ kind: "fixed", months: 6 })).toEqual({ validTo: "2026-09-14" });
    expect(under({ kind: "fixed", years: 1 }, { validFrom: "2026-04-01" })).toEqual({
      validFrom: "2026-04-01",
      validTo: "2027-03-31",
    });
  });

  test("a fixed period may be stated, may end earlier, and may not end later", () => {
    expect(under({ kind: "fixed", years: 5 }, { validTo: "2031-03-14" })).toEqual({ validTo: "2031-03-14" });
    expect(under({ kind: "fixed", years: 5 }, { validTo: "2028-01-01" })).toEqual({ validTo: "2028-01-01" });
    expect(() => under({ kind: "fixed", years: 5 }, { validTo: "2031-03-15" })).toThrow(
      refusal("INVALID_FIELD", "valid_to"),
    );
  });

  test("a stated last day is due, unless the item may be open-ended", () => {
    expect(under({ kind: "stated" }, { validTo: "2099-12-31" })).toEqual({ validTo: "2099-12-31" });
    expect(() => under({ kind: "stated" })).toThrow(refusal("INVALID_FIELD", "valid_to"));
    expect(under({ kind: "stated", openEnded: true })).toEqual({});
  });

  test("a stated last day lies within the item's limit, counted from the first day", () => {
    const rule: ValidityRule = { kind: "stated", maxYears: 10 };
    expect(under(rule, { validTo: "2036-03-15" })).toEqual({ validTo: "2036-03-15" });
    expect(() => under(rule, { validTo: "2036-03-16" })).toThrow(refusal("INVALID_FIELD", "valid_to"));
    expect(under(rule, { validFrom: "2026-04-01", validTo: "2036-04-01" }).validTo).toBe("2036-04-01");
  });

  test("dates turned round are DATE_RANGE_INVALID", () => {
    const turned = refusal("DATE_RANGE_INVALID", "valid_to");
    expect(() => under({ kind: "stated" }, { validFrom: "2027-01-01", validTo: "2026-12-31" })).toThrow(turned);
    expect(() => under({ kind: "stated" }, { validTo: "2026-03-14" })).toThrow(turned);
  });

  test("a day of issue in the future or outside the calendar is refused", () => {
    expect(() => under({ kind: "unlimited" }, { issueDate: "2026-03-16" })).toThrow(
      refusal("INVALID_FIELD", "issue_date"),
    );
    expect(() => under({ kind: "unlimited" }, { issueDate: "2026-02-30" })).toThrow(
      refusal("INVALID_FIELD", "issue_date"),
    );
  });
});

describe("validity rule of an item", () => {
  test.each([
    { kind: "unlimited" },
    { kind: "fixed", years: 5 },
    { kind: "fixed", months: 6 },
    { kind: "stated" },
    { kind: "stated", maxYears: 20, openEnded: true },
  ])("%j is a rule", (rule) => {
    expect(parseValidityRule(rule)).toBe(rule);
  });

  test.each([
    null,
    "unlimited",
    {},
    { kind: "forever" },
    { kind: "unlimited", years: 1 },
    { kind: "fixed" },
    { kind: "fixed", years: 0 },
    { kind: "fixed", years: 1.5 },
    { kind: "fixed", years: 201 },
    { kind: "fixed", years: "5" },
    { kind: "fixed", years: 1, months: 6 },
    { kind: "stated", maxYear: 5 },
    { kind: "stated", openEnded: "yes" },
  ])("%j is refused", (rule) => {
    expect(() => parseValidityRule(rule)).toThrow(refusal("INVALID_FIELD", "validity_rule"));
  });
});
