import { describe, expect, test } from "vitest";
import { addDays } from "./civil-date.ts";
import {
  archiveRoot,
  bucketDigest,
  bucketOf,
  type DigestedRecord,
  diffBuckets,
  gatherBuckets,
  recordDigest,
} from "./merkle.ts";
import { seededNumbers } from "./seeded.ts";

const record: DigestedRecord = { identifier: "1.2.3", revision: 4, state: "issued", messageDigest: "ab".repeat(32) };

function archive(records: readonly [string, DigestedRecord][]): Map<string, string> {
  const days = new Map<string, string[]>();
  for (const [date, one] of records) days.set(bucketOf(date), [...(days.get(bucketOf(date)) ?? []), recordDigest(one)]);
  return new Map([...days].map(([day, digests]) => [day, bucketDigest(digests)]));
}

function randomRecords(seed: number, count: number): [string, DigestedRecord][] {
  const next = seededNumbers(seed);
  return Array.from({ length: count }, (_, index) => [
    addDays("2024-01-01", Math.floor(next() * 900)),
    { ...record, identifier: `1.2.${index}`, revision: 1 + Math.floor(next() * 5) },
  ]);
}

describe("digest of a record", () => {
  test("every member counts", () => {
    const digest = recordDigest(record);
    const others: Partial<DigestedRecord>[] = [
      { identifier: "1.2.4" },
      { revision: 5 },
      { state: "revoked" },
      { messageDigest: "cd".repeat(32) },
    ];
    for (const change of others) expect(recordDigest({ ...record, ...change })).not.toBe(digest);
    expect(recordDigest({ ...record })).toBe(digest);
  });
});

describe("buckets", () => {
  test("a date and a time fall into the bucket of their day, month and year", () => {
    expect(bucketOf("2026-03-15T23:59:59+08:00")).toBe("2026-03-15");
    expect(bucketOf("2026-03-15", "month")).toBe("2026-03");
    expect(bucketOf("2026-03-15", "year")).toBe("2026");
  });

  test("the order of records does not matter, their number does", () => {
    expect(bucketDigest(["a", "b"])).toBe(bucketDigest(["b", "a"]));
    expect(bucketDigest(["a", "a"])).not.toBe(bucketDigest(["a"]));
    expect(bucketDigest([])).not.toBe(bucketDigest(["a"]));
  });

  test("a month differs where one of its days does, and only there", () => {
    const ours = archive([
      ["2026-01-05", record],
      ["2026-01-06", record],
      ["2026-02-01", record],
    ]);
    const theirs = archive([
      ["2026-01-05", record],
      ["2026-01-07", record],
      ["2026-02-01", record],
    ]);
    expect(diffBuckets(gatherBuckets(ours, "month"), gatherBuckets(theirs, "month"))).toEqual(["2026-01"]);
  });
});

describe("archives (4.6.2)", () => {
  test("equal archives have equal roots, in whatever order they were filled", () => {
    const records = randomRecords(462, 500);
    expect(archiveRoot(archive(records))).toBe(archiveRoot(archive([...records].reverse())));
    expect(diffBuckets(archive(records), archive([...records].reverse()))).toEqual([]);
  });

  test("one record changed, lost or added changes the root, and the walk down finds its day alone", () => {
    const records = randomRecords(5, 300);
    const ours = archive(records);
    for (let at = 0; at < records.length; at += 29) {
      const [day, one] = records[at] as [string, DigestedRecord];
      const changed = records.with(at, [day, { ...one, revision: one.revision + 1 }]);
      for (const other of [
        changed,
        records.toSpliced(at, 1),
        [...records, [day, record] as [string, DigestedRecord]],
      ]) {
        const theirs = archive(other);
        expect(archiveRoot(theirs)).not.toBe(archiveRoot(ours));
        const months = (days: Map<string, string>) => gatherBuckets(days, "month");
        const years = (days: Map<string, string>) => gatherBuckets(months(days), "year");
        expect(diffBuckets(years(ours), years(theirs))).toEqual([day.slice(0, 4)]);
        expect(diffBuckets(months(ours), months(theirs))).toEqual([day.slice(0, 7)]);
        expect(diffBuckets(ours, theirs)).toEqual([day]);
      }
    }
  });

  test("records of a bucket are compared by identifier in the same way", () => {
    expect(
      diffBuckets(
        new Map([
          ["x", "1"],
          ["y", "2"],
        ]),
        new Map([
          ["y", "3"],
          ["z", "4"],
        ]),
      ),
    ).toEqual(["x", "y", "z"]);
  });

  test("empty archives are equal", () => {
    expect(archiveRoot(new Map())).toBe(archiveRoot(new Map()));
    expect(archiveRoot(new Map())).not.toBe(archiveRoot(archive([["2026-01-01", record]])));
  });
});
