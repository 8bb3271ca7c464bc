import { describe, expect, test } from "vitest";
import { birthDateOf, citizenIdCheckCharacter, citizenIdFault } from "./citizen-id.ts";
import { addDays } from "./civil-date.ts";
import { seededNumbers, seededText } from "./seeded.ts";

// The two examples of the standard's text.
const EXAMPLES = ["11010519491231002X", "440524188001010014"];

describe("citizen id (GB 11643)", () => {
  test.each(EXAMPLES)("the standard's example %s is right", (id) => {
    expect(citizenIdFault(id)).toBeUndefined();
  });

  test("the birth date is read from the middle", () => {
    expect(birthDateOf("11010519491231002X")).toBe("1949-12-31");
  });

  test.each([
    ["11010519491231002", "18 characters"],
    ["110105491231002", "18 characters"],
    ["11010519491231002x", "capital X"],
    ["01010519491231002X", "17 digits"],
    ["1101051949123100X2", "17 digits"],
    ["１10105194912310021", "17 digits"],
    ["110105194902290021", "birth date"],
    ["110105194913010021", "birth date"],
    ["110105194912310021", "check character"],
  ])("%s is refused: %s", (id, why) => {
    expect(citizenIdFault(id)).toContain(why);
  });

  test("any change of one character is refused", () => {
    const next = seededNumbers(11643);
    for (let round = 0; round < 50; round++) {
      const birth = addDays("1930-01-01", Math.floor(next() * 30_000)).replaceAll("-", "");
      const body = `44${seededText(next, "0123456789", 4)}${birth}${seededText(next, "0123456789", 3)}`;
      const id = body + citizenIdCheckCharacter(body);
      expect(citizenIdFault(id)).toBeUndefined();
      for (let at = 0; at < 18; at++) {
        for (const other of "0123456789X") {
          if (other === id[at]) continue;
          expect(citizenIdFault(id.slice(0, at) + other + id.slice(at + 1))).toBeDefined();
        }
      }
    }
  });
});
