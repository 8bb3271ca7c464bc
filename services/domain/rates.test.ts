import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addDays } from "./civil-date.ts";
import { figuresAt, rateSteps } from "./rate-steps.ts";
import { figuresOn, type IssuedCount, membersOn, type RateFact, type RateRecord } from "./rates.ts";
import { lastDayInTime, WEEKENDS_ALONE } from "./working-day.ts";

const record = (value: RateFact, on = "2026-10-01"): RateRecord => [
  { revision: 1, on, knownAt: `${on}T01:00:00.000Z`, value },
];
const listed = (item: string, from = "2026-01-01", until = ""): RateFact => ({ kind: "listed", item, from, until });
const opened = (item: string, from = "2026-10-01", until = ""): RateFact => ({ kind: "opened", item, from, until });
const matter = (code: string, usableFrom?: string): RateFact => ({
  kind: "matter",
  matter: code,
  name: code,
  portal: [{ from: "2026-01-01" }],
  usable: usableFrom ? [{ from: usableFrom }] : [],
});
const issued = (item: string, day: string, decided = day, count = 1): IssuedCount => ({
  item,
  issued: day,
  decided,
  inTime: isInTime(day, decided),
  count,
});
function isInTime(issuedOn: string, decided: string): boolean {
  return issuedOn <= lastDayInTime(decided, WEEKENDS_ALONE);
}

describe("证照电子化率 (3.7, 4.7.2)", () => {
  const records = ["A", "B", "C"].map((item) => record(listed(item)));

  test("counts kinds of the obligatory list that are opened and issued within the working day of the decision", () => {
    const basis = {
      records: [...records, record(opened("A")), record(opened("B")), record(opened("X"))],
      issued: [issued("A", "2026-11-02"), issued("B", "2026-11-04", "2026-11-02"), issued("X", "2026-11-02")],
    };
    expect(figuresOn(basis, "2026-11-30")).toMatchObject({ listed: 3, opened: 2, synchronous: 1 });
    expect(membersOn(basis, "2026-11-30").items).toEqual([
      { item: "A", opened: true, synchronous: true, issued: 1, inTime: 1 },
      { item: "B", opened: true, synchronous: false, issued: 1, inTime: 0 },
      { item: "C", opened: false, synchronous: false, issued: 0, inTime: 0 },
    ]);
  });

  test("does not take an opening's word: without a certificate in 90 days a kind is opened and not synchronous", () => {
    const basis = { records: [...records, record(opened("A"))], issued: [issued("A", "2026-11-02")] };
    const on = (day: string) => figuresOn(basis, day).synchronous;
    expect(["2026-11-01", "2026-11-02", "2027-01-30", "2027-01-31"].map(on)).toEqual([0, 1, 1, 0]);
    expect(figuresOn(basis, "2027-06-01")).toMatchObject({ opened: 1, synchronous: 0 });
  });

  test("wants 95 in a hundred in time, and no more", () => {
    const basis = (late: number) => ({
      records: [...records, record(opened("A"))],
      issued: [issued("A", "2026-11-02", "2026-11-02", 100 - late), issued("A", "2026-11-05", "2026-11-02", late)],
    });
    expect([5, 6].map((late) => figuresOn(basis(late), "2026-11-30").synchronous)).toEqual([1, 0]);
  });

  test("leaves out stock: what was decided before the opening and is brought in later (6.4.5.2)", () => {
    const stock = issued("A", "2026-11-03", "2019-05-05", 10_000);
    const basis = { records: [...records, record(opened("A"))], issued: [stock, issued("A", "2026-11-02")] };
    expect(membersOn(basis, "2026-11-30").items[0]).toMatchObject({ synchronous: true, issued: 1 });
  });
});

describe("电子证照使用率 (3.8, 4.7.3)", () => {
  test("counts matters on the portal that can use certificates, from the day of each", () => {
    const records = [record(matter("M1")), record(matter("M2", "2026-11-10")), record(matter("M3", "2026-12-01"))];
    const on = (day: string) => figuresOn({ records, issued: [] }, day);
    expect(on("2025-12-31")).toMatchObject({ portal: 0, usable: 0 });
    expect(on("2026-11-09")).toMatchObject({ portal: 3, usable: 0 });
    expect(on("2026-11-10")).toMatchObject({ portal: 3, usable: 1 });
    expect(on("2026-12-01")).toMatchObject({ portal: 3, usable: 2 });
  });
});

describe("a department that is closed", () => {
  test("counts in no rate from the day on which that was recorded", () => {
    const basis = { records: [record(matter("M1")), record(listed("A"))], issued: [], closedOn: "2026-11-20" };
    expect(figuresOn(basis, "2026-11-19")).toMatchObject({ listed: 1, portal: 1 });
    expect(figuresOn(basis, "2026-11-20")).toMatchObject({ listed: 0, portal: 0 });
    expect(rateSteps(basis).at(-1)).toEqual(["2026-11-20", 0, 0, 0, 0, 0]);
  });
});

describe("history (4.7)", () => {
  const versions: RateRecord = [
    { revision: 1, on: "2026-10-01", knownAt: "2026-10-01T01:00:00.000Z", value: listed("A", "2026-09-01") },
    { revision: 2, on: "2026-11-10", knownAt: "2026-11-17T01:00:00.000Z", value: undefined },
  ];
  const on = (day: string, knownAt?: string) =>
    figuresOn({ records: [versions], issued: [], ...(knownAt && { knownAt }) }, day).listed;

  test("is not written anew by what was recorded later", () => {
    expect(["2026-08-31", "2026-09-01", "2026-11-09", "2026-11-10"].map((day) => on(day))).toEqual([0, 1, 1, 0]);
  });

  test("can be told as it was known at a time, before the event of a city that was cut off came", () => {
    expect(on("2026-11-12", "2026-11-16T00:00:00.000Z")).toBe(1);
    expect(on("2026-11-12", "2026-11-18T00:00:00.000Z")).toBe(0);
    expect(on("2026-11-12", "2026-09-30T00:00:00.000Z")).toBe(0);
  });
});

describe("steps", () => {
  const FIRST = "2026-01-01";
  const dayOf = fc.integer({ min: 0, max: 250 }).map((days) => addDays(FIRST, days));
  const code = fc.constantFrom("A", "B", "C");
  const period = fc.record({ from: dayOf, until: fc.oneof(fc.constant(""), dayOf) });
  const fact: fc.Arbitrary<RateFact | undefined> = fc.oneof(
    fc.record({ kind: fc.constant("listed" as const), item: code, period }).map(({ period: days, ...rest }) => ({
      ...rest,
      ...days,
    })),
    fc.record({ kind: fc.constant("opened" as const), item: code, period }).map(({ period: days, ...rest }) => ({
      ...rest,
      ...days,
    })),
    fc.record({
      kind: fc.constant("matter" as const),
      matter: fc.constantFrom("M1", "M2", "M3"),
      name: fc.constant("事项"),
      portal: fc.array(period, { maxLength: 2 }),
      usable: fc.array(period, { maxLength: 2 }),
    }),
    fc.constant(undefined),
  );
  const versions = fc
    .array(fc.record({ on: dayOf, value: fact }), { minLength: 1, maxLength: 4 })
    .map(
      (list): RateRecord =>
        list
          .sort((a, b) => (a.on < b.on ? -1 : 1))
          .map((version, index) => ({ ...version, revision: index + 1, knownAt: `${version.on}T08:00:00.000Z` })),
    );
  const counts = fc.array(
    fc.record({
      item: code,
      decided: dayOf,
      lag: fc.integer({ min: 0, max: 9 }),
      count: fc.integer({ min: 1, max: 9 }),
    }),
    { maxLength: 12 },
  );

  test("give on every day what counting that day one by one gives, after any history", () => {
    fc.assert(
      fc.property(fc.array(versions, { maxLength: 8 }), counts, (records, list) => {
        const basis = {
          records,
          issued: list.map(({ lag, item, decided, count }) => issued(item, addDays(decided, lag), decided, count)),
        };
        const steps = rateSteps(basis);
        for (let day = FIRST; day < "2026-12-31"; day = addDays(day, 3)) {
          expect(figuresAt(steps, day)).toEqual(naive(basis, day));
          expect(figuresOn(basis, day)).toEqual(naive(basis, day));
        }
      }),
      { seed: 20261130, numRuns: 150 },
    );
  });
});

/** Both rates by the words of 3.7 and 3.8, without anything that the code under test has. */
function naive(
  { records, issued: counts }: { records: readonly RateRecord[]; issued: readonly IssuedCount[] },
  day: string,
) {
  const said: RateFact[] = [];
  for (const record of records) {
    let last = record[0]?.value;
    for (const version of record) if (version.on <= day) last = version.value;
    if (last) said.push(last);
  }
  const holds = (from: string, until = "") => day >= from && (until === "" || day <= until);
  const onList = new Set<string>();
  const open = new Map<string, string[]>();
  const figures = { listed: 0, opened: 0, synchronous: 0, portal: 0, usable: 0 };
  for (const one of said) {
    if (one.kind === "listed" && holds(one.from, one.until)) onList.add(one.item);
    if (one.kind === "opened" && holds(one.from, one.until))
      open.set(one.item, [...(open.get(one.item) ?? []), one.from]);
    if (one.kind === "matter" && one.portal.some(({ from, until }) => holds(from, until))) {
      figures.portal += 1;
      if (one.usable.some(({ from, until }) => holds(from, until))) figures.usable += 1;
    }
  }
  figures.listed = onList.size;
  for (const item of onList) {
    const [since] = (open.get(item) ?? []).sort();
    if (since === undefined) continue;
    figures.opened += 1;
    const mine = counts.filter((one) => one.item === item && one.decided >= since && one.issued <= day);
    const recent = mine.filter((one) => addDays(one.issued, 89) >= day);
    const total = recent.reduce((sum, { count }) => sum + count, 0);
    const good = recent.filter((one) => isInTime(one.issued, one.decided));
    const inTime = good.reduce((sum, { count }) => sum + count, 0);
    if (total > 0 && inTime / total >= 0.95) figures.synchronous += 1;
  }
  return figures;
}
