import { expect, test } from "vitest";
import { bucketPage } from "./bucket-page.ts";

const days = Array.from({ length: 120 }, (_, day) => ({
  bucket: new Date(Date.UTC(2026, 0, 1 + day)).toISOString().slice(0, 10),
  count: day,
  digest: String(day),
}));

test("4.6.2: all pages together are all days, each once, and the last page says that it is", () => {
  const found = [];
  let pageToken = "";
  do {
    const page = bucketPage(days, { pageSize: 0, pageToken });
    expect(page.buckets.length).toBeLessThanOrEqual(50);
    found.push(...page.buckets);
    pageToken = page.nextPageToken;
  } while (pageToken !== "");
  expect(found).toEqual(days.map((one) => ({ ...one, count: BigInt(one.count) })));
  expect(bucketPage(days, { pageSize: 120, pageToken: "" }).nextPageToken).toBe("");
});

test("a token that is none is refused by its field", () => {
  const refused = expect.objectContaining({
    reason: "INVALID_FIELD",
    fields: [expect.objectContaining({ field: "page_token" })],
  });
  for (const pageToken of ["x", "2026-13-01", "1"]) {
    expect(() => bucketPage(days, { pageSize: 0, pageToken })).toThrow(refused);
  }
});
