import { expect, test } from "vitest";
import { merkleRoot } from "../domain/merkle.ts";
import { archiveDigest, bucketDigest, daysOf } from "./archive-digest.ts";

const DAYS = ["2026-01-01", "2026-01-02", "2026-11-30"];

test("4.6.2: every day is found once, oldest first, by looking at one record of each", async () => {
  const asked: string[] = [];
  const found: string[] = [];
  const days = daysOf(async (from) => {
    asked.push(from);
    return DAYS.find((day) => day >= from);
  });
  for await (const day of days) found.push(day);
  expect(found).toEqual(DAYS);
  expect(asked).toHaveLength(DAYS.length + 1);
});

test("4.6.2: a day's digest covers its records, an archive's covers its days", () => {
  const records = ["a", "b"].map((identifier) => ({ identifier, revision: 1, digest: identifier.repeat(64) }));
  const day = bucketDigest("2026-01-01", records);
  expect(day).toEqual({
    bucket: "2026-01-01",
    count: 2,
    digest: merkleRoot(records.map(({ identifier, digest }) => ({ name: identifier, digest }))),
  });
  expect(archiveDigest([day])).toEqual({
    buckets: [day],
    root: merkleRoot([{ name: day.bucket, digest: day.digest }]),
  });
});
