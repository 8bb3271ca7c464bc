import { describe, expect, test } from "vitest";
import { instantOf, isInstant } from "./instant.ts";

const iso = (text: string) => new Date(instantOf(text)).toISOString();

describe("a time that somebody wrote", () => {
  test.each([
    ["2026-01-31T08:00:00+08:00", "2026-01-31T00:00:00.000Z"],
    ["2026-01-31T00:00:00.987654Z", "2026-01-31T00:00:00.987Z"],
    ["2024-02-29T23:59:58.067Z", "2024-02-29T23:59:58.067Z"],
    ["2026-01-30T18:30:00.5-05:30", "2026-01-31T00:00:00.500Z"],
    ["20260131000000Z", "2026-01-31T00:00:00.000Z"],
    ["20260131080000+0800", "2026-01-31T00:00:00.000Z"],
    ["2026-01-31 00:00:00 GMT", "2026-01-31T00:00:00.000Z"],
  ])("%s is read with its zone", (text, expected) => {
    expect(iso(text)).toBe(expected);
  });

  test.each([
    "2026-01-31T08:00:00",
    "2026-01-31 08:00:00",
    "2026/01/31 08:00:00",
    "20260131080000",
    "20260131080000.000",
  ])("%s, without a zone, is of Asia/Shanghai", (text) => {
    expect(iso(text)).toBe("2026-01-31T00:00:00.000Z");
  });

  test.each([
    ["", undefined, "2026-01-31", "2026-02-30T00:00:00Z", "2026-01-31T24:00:00Z", "2026-01-31T08:00:60Z"],
    [
      "2026-01/31 08:00:00",
      "2026-01-31T08:00:00+24:00",
      "2026-01-31T08:00:00 PST",
      "Jan 31, 2026",
      "0026-01-31T08:00:00Z ",
    ],
    ["2026-02-30T00:00:00.000Z", "2026-01-31T24:00:00.000Z", "0026-01-31T08:00:00.000Z", "2026-00-31T08:00:00.000Z"],
  ])("other texts are none", (...texts) => {
    expect(texts.map(instantOf)).toEqual(texts.map(() => Number.NaN));
  });

  test("contracts want the zone written out", () => {
    expect(["2026-01-31T08:00:00Z", "2026-01-31T08:00:00.1+08:00"].map(isInstant)).toEqual([true, true]);
    expect(["2026-01-31T08:00:00", "20260131080000Z", "2026-02-30T08:00:00Z"].map(isInstant)).toEqual([
      false,
      false,
      false,
    ]);
  });
});
