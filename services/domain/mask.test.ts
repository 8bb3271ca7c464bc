import { describe, expect, test } from "vitest";
import { maskCode, maskName } from "./mask.ts";

describe("masking for logs and lists (5.9.6)", () => {
  test.each([
    ["张三丰", "张**"],
    ["张三", "张*"],
    ["张", "*"],
    ["𠮷田", "𠮷*"],
    ["", ""],
  ])("the name %s is shown as %s", (name, masked) => {
    expect(maskName(name)).toBe(masked);
  });

  test.each([
    ["11010519491231002X", "110*************2X"],
    ["E1234567", "E12***67"],
    ["1234567", "*******"],
    ["", ""],
  ])("the code %s is shown as %s", (code, masked) => {
    expect(maskCode(code)).toBe(masked);
  });
});
