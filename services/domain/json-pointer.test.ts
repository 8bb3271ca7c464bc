import { expect, test } from "vitest";
import { pointerTo } from "./json-pointer.ts";

test("a pointer (RFC 6901) escapes what it is parted by", () => {
  expect(pointerTo("", "data")).toBe("/data");
  expect(pointerTo("/data", "a/b~c")).toBe("/data/a~1b~0c");
});
