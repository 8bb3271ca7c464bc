import { describe, expect, test } from "vitest";
import { seededNumbers, seededText } from "./seeded.ts";
import {
  organisationCodeFault,
  organisationCodeOf,
  socialCreditCheckCharacter,
  socialCreditCodeFault,
} from "./social-credit-code.ts";

const ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY";
// Definers and issuers that stand in published certificate identifiers.
const PUBLIC_CODES = ["11100000000013338W", "11330105002500287C", "11430000006122244L", "11100000MB03271699"];

describe("social credit code (GB 32100)", () => {
  test.each(PUBLIC_CODES)("%s is right, and so is its organisation code", (code) => {
    expect(socialCreditCodeFault(code)).toBeUndefined();
    expect(organisationCodeFault(organisationCodeOf(code))).toBeUndefined();
  });

  test("the organisation code is characters 9 to 17", () => {
    expect(organisationCodeOf("11100000MB03271699")).toBe("MB0327169");
  });

  test.each([
    ["", "18 characters"],
    ["11100000000013338", "18 characters"],
    ["11100000000013338WW", "18 characters"],
    ["11100000000013338w", "capitals"],
    ["1110000000001333IW", "capitals"],
    ["111000O0000013338W", "capitals"],
    ["11100000000013338X", "check character"],
  ])("%s is refused: %s", (code, why) => {
    expect(socialCreditCodeFault(code)).toContain(why);
  });

  test("any change of one character is refused", () => {
    const next = seededNumbers(32100);
    for (let round = 0; round < 40; round++) {
      const body = seededText(next, ALPHABET, 2) + seededText(next, "0123456789", 6) + seededText(next, ALPHABET, 9);
      const code = body + socialCreditCheckCharacter(body);
      expect(socialCreditCodeFault(code)).toBeUndefined();
      for (let at = 0; at < 18; at++) {
        for (const other of ALPHABET) {
          if (other === code[at]) continue;
          expect(socialCreditCodeFault(code.slice(0, at) + other + code.slice(at + 1))).toBeDefined();
        }
      }
    }
  });
});

describe("organisation code (GB 11714)", () => {
  test("a remainder of one is written X", () => {
    // The weighted sum of 12345677 is 199 = 18 · 11 + 1, which leaves 10; that of 12345678 is 201, which leaves 8.
    expect(organisationCodeFault("123456788")).toBeUndefined();
    expect(organisationCodeFault("12345677X")).toBeUndefined();
  });

  test.each(["123456789", "12345678", "1234567880", "12345678x"])("%s is refused", (code) => {
    expect(organisationCodeFault(code)).toBeDefined();
  });
});
