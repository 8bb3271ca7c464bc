import { expect, test } from "vitest";
import type { JsonObject } from "../../domain/canonical.ts";
import { requireDataSize } from "./order-size.ts";

const KIB = 1024;
const refusalOf = (data: JsonObject) => {
  try {
    requireDataSize(data);
  } catch (error) {
    return error;
  }
};

test("data up to what a message holds are taken", () => {
  expect(refusalOf({})).toBeUndefined();
  expect(refusalOf({ text: "文".repeat(160 * KIB) })).toBeUndefined();
});

test.each<[string, JsonObject]>([
  ["one long text, by its bytes", { text: "文".repeat(170 * KIB) }],
  ["many members", Object.fromEntries(Array.from({ length: 70 * KIB }, (_, index) => [`member${index}`, true]))],
  ["a long list", { list: Array<null>(500 * KIB).fill(null) }],
  ["lists inside lists", { list: Array.from({ length: 10 }, () => ["x".repeat(50 * KIB)]) }],
])("%s: refused with the size that is allowed, and where", (_name, data) => {
  expect(refusalOf(data)).toMatchObject({
    reason: "TOO_LARGE",
    metadata: { limit: String(488 * KIB) },
    fields: [{ field: "order.data", remedy: expect.any(String) }],
  });
});

test("data of any depth are counted without exhausting the stack", () => {
  let data: JsonObject = {};
  for (let depth = 0; depth < 200_000; depth++) data = { a: data };
  expect(refusalOf(data)).toBeUndefined();
});
