import { describe, expect, test } from "vitest";
import { checkHolder, HOLDER_CODE_TYPES, holderKindOf, requireHolders } from "./holder-code.ts";
import type { Holder } from "./message.ts";

// The citizen id is an example of GB 11643; the social credit code is a ministry's, as it stands in published identifiers.
const person: Holder = { name: "张三", code: "11010519491231002X", codeType: "111" };
const firm: Holder = { name: "广州市某某食品店", code: "11100000MB03271699", codeType: "001" };

describe("holder codes (GB/T 36903 Annex A)", () => {
  test("every type has three digits, a Chinese name and a kind", () => {
    for (const [type, { name, kind }] of Object.entries(HOLDER_CODE_TYPES)) {
      expect(type).toMatch(/^\d{3}$/);
      expect(name).toMatch(/^\p{Script=Han}+$/u);
      expect(kind).toBe(type === "001" || type === "099" ? "organisation" : "person");
    }
  });

  test("a name of the object prototype is no type", () => {
    expect(holderKindOf("constructor")).toBeUndefined();
  });

  test.each([
    person,
    firm,
    { name: "李四", code: "E12345678", codeType: "414" },
    { name: "王五", code: "南字第0012345号", codeType: "114" },
    { name: "Chan Tai Man", code: "H1234567802", codeType: "516" },
  ])("$name with a code of type $codeType is right", (holder) => {
    expect(checkHolder(holder, "holders[0]")).toEqual([]);
  });

  test("type 001 is checked as a social credit code and 111 as a citizen id", () => {
    expect(checkHolder({ ...firm, code: "11100000MB03271698" }, "h")[0]?.description).toContain("social credit code");
    expect(checkHolder({ ...person, code: "110105194912310021" }, "h")[0]?.description).toContain("citizen id");
    expect(checkHolder({ ...person, codeType: "001" }, "h")[0]?.description).toContain("social credit code");
  });

  test.each(["", "E 123", "E1234567\u202e8", "x".repeat(65), "E123<script>"])(
    "another type refuses the code %j",
    (code) => {
      expect(checkHolder({ name: "李四", code, codeType: "414" }, "h").map(({ field }) => field)).toEqual(["h.code"]);
    },
  );

  test("all violations of a holder come at once, without its code", () => {
    const violations = checkHolder(
      { name: "张\u200b三", code: "110105194912310021", codeType: "111" },
      "holders[1]",
      "organisation",
    );
    expect(violations.map(({ field }) => field)).toEqual([
      "holders[1].name",
      "holders[1].code_type",
      "holders[1].code",
    ]);
    expect(JSON.stringify(violations)).not.toContain("110105194912310021");
  });
});

describe("holders of a certificate", () => {
  test("right holders of the right kind are accepted", () => {
    expect(() => requireHolders([person, { ...person, code: "440524188001010014" }], "person")).not.toThrow();
  });

  test("wrong check characters alone are CODE_INVALID", () => {
    expect(() => requireHolders([person, { ...firm, code: "11100000MB03271698" }])).toThrow(
      expect.objectContaining({
        reason: "CODE_INVALID",
        fields: [expect.objectContaining({ field: "holders[1].code" })],
      }),
    );
  });

  test.each<[string, Holder[], string]>([
    ["no holder", [], "holders"],
    ["the same holder twice", [person, person], "holders[1]"],
    ["an organisation where a person is due", [firm], "holders[0].code_type"],
    ["an unknown type", [{ ...person, codeType: "112" }], "holders[0].code_type"],
    ["a name that is not one", [{ ...person, name: "\n" }], "holders[0].name"],
  ])("%s is INVALID_FIELD", (_what, holders, field) => {
    expect(() => requireHolders(holders, "person")).toThrow(
      expect.objectContaining({ reason: "INVALID_FIELD", fields: [expect.objectContaining({ field })] }),
    );
  });
});

test("a wrong shape of a code is told as that, in Chinese too, and a wrong check character as that", () => {
  const told = (code: string, codeType: string) =>
    checkHolder({ name: "甲", code, codeType }, "holders[0]").map(({ localized }) => localized);
  expect(told("9144010", "001")).toEqual([expect.stringContaining("应为18位")]);
  expect(told("91440106MA9DEM2A6L", "001")).toEqual([expect.stringContaining("校验码错误")]);
  expect(told("1101051949123100", "111")).toEqual([expect.stringContaining("应为18位")]);
  expect(told("110105194912310021", "111")).toEqual([expect.stringContaining("校验码错误")]);
  expect(told("a b", "414")).toEqual([expect.stringContaining("不含空格")]);
});
