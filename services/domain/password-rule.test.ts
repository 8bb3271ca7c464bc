import { describe, expect, test } from "vitest";
import { COMMON_WORDS } from "./common-passwords.ts";
import { MAX_PASSWORD_LENGTH, passwordFault, passwordWeight } from "./password-rule.ts";

const demands = { minimum: 14, personal: ["440100-li-ming", "李明"] };

describe("a strong password (5.9.2)", () => {
  test.each([
    ["words that have nothing to do with each other", "kettle frozen bishop tango"],
    ["what a machine has drawn", "vK7#qTz9mW2xHb"],
    ["a sentence in Chinese", "窗外芭蕉叶落第几片谁也没数过"],
    ["a common word in what is long enough without it", "my admin cat eats 9 walnuts"],
  ])("may be %s", (_, password) => {
    expect(passwordFault(password, demands)).toBeUndefined();
  });

  test.each([
    ["a common word with digits", "Password-2026!"],
    ["a common word in look-alikes", "P@55w0rdP@55w0rd"],
    ["common words in a row", "adminsystemwelcome"],
    ["rows of the keyboard", "qwertyuiopasdfghjkl"],
    ["rows of the keyboard backwards", "poiuytrewqlkjhgf"],
    ["digits in a row", "12345678901234567890"],
    ["the alphabet", "abcdefghijklmnopqrst"],
    ["one character again and again", "aaaaaaaaaaaaaaaaaaaa"],
    ["one piece again and again", "kQ9zkQ9zkQ9zkQ9zkQ9z"],
    ["the account of its owner", "440100-li-ming-440100"],
    ["the name of its owner", "李明李明李明李明abc"],
    ["years", "19851986198719881989"],
    ["pinyin that everybody tries", "woaini-guanliyuan-mima"],
    ["strong, but short", "vK7#qTz9mW2xH"],
  ])("is not %s", (_, password) => {
    const fault = passwordFault(password, demands);
    expect(fault?.description).toMatch(/counts for \d+ characters of at least 14/);
    expect(fault?.localized).toContain("至少须14个");
  });

  test("counts a character for one, whatever its width, and what everybody tries first for one in all", () => {
    expect(passwordWeight("vK7#qT")).toBe(6);
    expect(passwordWeight("𠮷𠮷")).toBe(2);
    expect(passwordWeight("password")).toBe(1);
    expect(passwordWeight("")).toBe(0);
  });

  test(`has ${MAX_PASSWORD_LENGTH} characters at most`, () => {
    const long = Array.from({ length: MAX_PASSWORD_LENGTH + 1 }, (_, at) => "kq9zx7vb"[(at * 5 + (at >> 3)) % 8]).join(
      "",
    );
    expect(passwordFault(long, { ...demands, minimum: 1 })?.description).toContain("more than 128");
    expect(passwordFault(long.slice(1), { ...demands, minimum: 1 })).toBeUndefined();
  });
});

test("the common words stand in lower case, the longest first", () => {
  expect(COMMON_WORDS.length).toBeGreaterThan(300);
  for (const word of COMMON_WORDS) expect(word).toBe(word.toLowerCase());
  expect(COMMON_WORDS.map(({ length }) => length)).toEqual(
    COMMON_WORDS.map(({ length }) => length).sort((a, b) => b - a),
  );
});
