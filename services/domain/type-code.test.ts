import { describe, expect, test } from "vitest";
import { definerOf, typeCodeFault } from "./type-code.ts";

describe("certificate type code (GB/T 36904)", () => {
  test.each(["11100000000013338W009", "11100000000013338W011", "11100000MB03271699001", "11100000MB03271699022"])(
    "%s is right",
    (code) => {
      expect(typeCodeFault(code)).toBeUndefined();
    },
  );

  test.each([
    ["11100000000013338W", "21 characters"],
    ["11100000000013338X009", "defining body"],
    ["11100000000013338W0-9", "three digits"],
  ])("%s is refused: %s", (code, why) => {
    expect(typeCodeFault(code)).toContain(why);
  });

  test("its first 18 characters are the defining body", () => {
    expect(definerOf("11100000000013338W009")).toBe("11100000000013338W");
  });
});
