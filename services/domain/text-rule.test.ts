import { describe, expect, test } from "vitest";
import { dataTextViolations, MAX_DATA_TEXT_LENGTH, MAX_NAME_LENGTH, nameFault, textFault } from "./text-rule.ts";

describe("name", () => {
  test.each([
    "张三",
    "𠮷田太郎",
    "阿依古丽·买买提",
    "José María",
    "广州市天河区（试点）食品店 No.1",
    "甲　乙",
    "葛\u{E0100}城",
    "Ⅱ类（甲）：①，㎡",
    "a".repeat(MAX_NAME_LENGTH),
    "𠮷".repeat(MAX_NAME_LENGTH),
  ])("%s is a name", (name) => {
    expect(nameFault(name)).toBeUndefined();
  });

  test.each([
    ["", "empty"],
    [" 张三", "space"],
    ["张三\u3000", "space"],
    ["a".repeat(MAX_NAME_LENGTH + 1), "more than"],
    ["张\u0000三", "U+0000"],
    ["张三\n", "U+000A"],
    ["张\u007f三", "U+007F"],
    ["张\u0085三", "U+0085"],
    ["张\u200b三", "U+200B"],
    ["张\u200d三", "U+200D"],
    ["\ufeff张三", "U+FEFF"],
    ["abc\u202egpj", "U+202E"],
    ["abc\u2066x\u2069", "U+2066"],
    ["abc\u061c", "U+061C"],
    ["a\u00adb", "U+00AD"],
    ["a\u2028b", "U+2028"],
    ["a\u3164b", "U+3164"],
    ["a\u2800b", "U+2800"],
    ["a\ufe0fb", "U+FE0F"],
    ["a\u{e0041}b", "U+E0041"],
    ["\ue000", "U+E000"],
    ["\u{f0000}", "U+F0000"],
    ["a\u00a0b", "U+00A0"],
    ["e\u0301", "form C"],
    ["\uf9d1", "form C"],
    ["\ud842", "surrogate"],
    ["   ", "space"],
    ["张\t三", "U+0009"],
    ["\u2f34东", "U+2F34"],
    ["１号", "U+FF11"],
    ["Ａ座", "U+FF21"],
    ["ﬁ", "U+FB01"],
    ["𝐀", "U+1D400"],
  ])("%j is refused: %s", (name, why) => {
    const fault = nameFault(name);
    expect(fault?.description).toContain(why);
    expect(fault?.remedy).not.toBe("");
    expect(fault?.localized).toMatch(/请/);
  });
});

describe("text", () => {
  test("lines are allowed only where asked for, tabs nowhere", () => {
    expect(textFault("一\n二", { max: 10, lines: true })).toBeUndefined();
    expect(textFault("一\t二", { max: 10, lines: true })?.description).toContain("U+0009");
    expect(textFault("一\n二", { max: 10 })?.description).toContain("U+000A");
    expect(textFault("一\r\n二", { max: 10, lines: true })?.description).toContain("U+000D");
  });

  test("another form of a character is told with the ordinary one", () => {
    expect(textFault("\u2f34东", { max: 10 })).toEqual({
      description: "the text holds U+2F34, another form of an ordinary character",
      remedy: "write 广 (U+5E7F)",
      localized: "文字含兼容字符\u2f34（U+2F34），请改用广",
    });
  });

  test("its length is counted in characters, not in code units", () => {
    expect(textFault("𠮷𠮷𠮷", { max: 3 })).toBeUndefined();
    expect(textFault("𠮷𠮷𠮷", { max: 2 })?.description).toContain("more than 2");
  });
});

describe("texts of business data", () => {
  test("good data have no violation", () => {
    expect(dataTextViolations({ 名称: "甲", 数: 1, 空: null, 是: true, 组: ["a", { b: "c\nd" }] })).toEqual([]);
  });

  test("every violation is told at once, each with its JSON pointer", () => {
    const data = { "a/b~": "x\u202e", list: ["good", { deep: "\u200b" }], long: "x".repeat(MAX_DATA_TEXT_LENGTH + 1) };
    expect(dataTextViolations(data, "/data").map(({ field }) => field)).toEqual([
      "/data/a~1b~0",
      "/data/list/1/deep",
      "/data/long",
    ]);
  });

  test("a key with a hidden character is refused where it stands", () => {
    expect(dataTextViolations({ outer: { "k\u200b": 1 } })).toEqual([
      expect.objectContaining({ field: "/outer", description: expect.stringContaining("U+200B") }),
    ]);
  });
});
