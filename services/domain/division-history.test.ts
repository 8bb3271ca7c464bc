import { expect, test } from "vitest";
import { type DivisionPeriod, parentOf, periodOn, rowFaults, withRow } from "./division-history.ts";
import type { Refusal } from "./refusal.ts";

const row = (name: string, from = "", until = "", successor = ""): DivisionPeriod => ({ name, from, until, successor });
const reasonOf = (act: () => unknown): string | undefined => {
  try {
    act();
    return undefined;
  } catch (error) {
    return (error as Refusal).reason;
  }
};

test("a division that is renamed keeps its old name for days of before, so that old certificates are read with the name they bear", () => {
  const { periods, outcome } = withRow([row("增城市")], row("增城区", "2014-02-12"));
  expect(outcome).toBe("renamed");
  expect(periodOn(periods, "2014-02-11")?.name).toBe("增城市");
  expect(periodOn(periods, "2014-02-12")?.name).toBe("增城区");
  expect(periods[0]).toMatchObject({ until: "2014-02-11" });
});

test("a division ends on a day, with who takes over, and may be there again later", () => {
  const { periods, outcome } = withRow([row("东山区")], row("东山区", "", "2005-04-30", "440104"));
  expect(outcome).toBe("ended");
  expect(periodOn(periods, "2005-04-30")?.successor).toBe("440104");
  expect(periodOn(periods, "2005-05-01")).toBeUndefined();
  expect(reasonOf(() => withRow(periods, row("东山区")))).toBe("INVALID_FIELD");
  const again = withRow(periods, row("东山区", "2030-01-01"));
  expect(again.outcome).toBe("added");
  expect(periodOn(again.periods, "2029-12-31")).toBeUndefined();
  expect(periodOn(again.periods, "2030-01-01")?.name).toBe("东山区");
});

test("what a list says again changes nothing; a slip in the last period is put right, and what is over is not rewritten", () => {
  const { periods } = withRow([row("甲县")], row("甲市", "2020-01-01"));
  expect(withRow(periods, row("甲市")).outcome).toBe("unchanged");
  expect(withRow(periods, row("甲市", "2021-05-01")).outcome).toBe("unchanged");
  expect(withRow(periods, row("甲区", "2020-01-01"))).toMatchObject({
    outcome: "mended",
    periods: [{}, { name: "甲区" }],
  });
  expect(reasonOf(() => withRow(periods, row("乙县", "2019-01-01")))).toBe("INVALID_FIELD");
  expect(reasonOf(() => withRow(periods, row("乙市")))).toBe("INVALID_FIELD");
  const many = Array.from({ length: 50 }, (_, at) => row(`第${at}`, `${1900 + at}-01-01`));
  expect(reasonOf(() => withRow(many, row("再", "2000-01-01")))).toBe("TOO_LARGE");
});

test("the towns of 东莞 and 中山 lie directly in their cities, those of other cities in counties (GB/T 2260, GB/T 10114)", () => {
  expect(["441900003", "440106", "440106001", "440100", "440000"].map(parentOf)).toEqual([
    ...["441900", "440100", "440106", "440000", ""],
  ]);
});

test("everything that is wrong with a row is told at once, in both languages", () => {
  const faults = rowFaults({ ...row(" ", "2020-02-30", "2020-01-01", "44"), code: "4401", body: "123" });
  expect(faults.map(({ field }) => field)).toEqual(["code", "name", "from", "until", "successor_code", "body_code"]);
  expect(faults.every(({ remedy, localized }) => remedy !== "" && localized !== "")).toBe(true);
  expect(rowFaults({ ...row("镇"), code: "440106000", body: "" }).map(({ field }) => field)).toEqual(["code"]);
  expect(rowFaults({ ...row("区", "", "", "440104"), code: "440102", body: "" })[0]?.field).toBe("until");
});
