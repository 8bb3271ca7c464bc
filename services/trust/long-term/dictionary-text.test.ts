import { describe, expect, test } from "vitest";
import { memberOf, withMember, withReference } from "./dictionary-text.ts";

describe("a dictionary of a PDF with one member changed (ISO 32000-1 §7.3.7)", () => {
  test("keeps every other octet: white space, comments, strings and nesting", () => {
    const text =
      "<<\n/Type /Catalog % a comment >> /DSS 1 0 R\n/Note (a \\) (b) >> /DSS 2 0 R)/Ids[<4142><>]/In<</DSS 3 0 R>> >>";
    expect(withMember(text, "DSS", "9 0 R")).toBe(`${text.slice(0, -2)} /DSS 9 0 R>>`);
  });

  test("has the value replaced where the member stands", () => {
    expect(withMember("<</A 1/DSS 5 0 R/B [5 0 R]>>", "DSS", "9 0 R")).toBe("<</A 1/DSS 9 0 R/B [5 0 R]>>");
    expect(memberOf("<</A 1/DSS 5 0 R/B [5 0 R]>>", "DSS")).toBe("5 0 R");
    expect(memberOf("<</A/B /B true>>", "B")).toBe("true");
  });

  test("gets a reference behind the others of an array, and of nothing else", () => {
    expect(withReference("<</Fields [ 4 0 R ]>>", "Fields", 7)).toBe("<</Fields [ 4 0 R  7 0 R]>>");
    expect(withReference("<</Fields []>>", "Fields", 7)).toBe("<</Fields [ 7 0 R]>>");
    expect(withReference("<</Fields 4 0 R>>", "Fields", 7)).toBeUndefined();
    expect(withReference("<</Other []>>", "Fields", 7)).toBeUndefined();
  });

  test.each([
    ["a member that is there twice", "<</A 1 /A 2>>"],
    ["a name with an escape, which readers take for another", "<</D#53S 1 0 R>>"],
    ["no value", "<</A>>"],
    ["a value and half", "<</A 1 2>>"],
    ["a string without an end", "<</A (x>>"],
    ["hex without an end", "<</A <41"],
    ["an array without an end", "<</A [1 2"],
    ["no end", "<</A 1"],
    ["something behind its end", "<</A 1>> /DSS 1 0 R"],
    ["something before it", "[<</A 1>>]"],
    ["nesting beyond reason", `<</A ${"[".repeat(40)}${"]".repeat(40)}>>`],
  ])("is refused with %s", (_, text) => {
    expect(withMember(text, "DSS", "9 0 R")).toBeUndefined();
    expect(memberOf(text, "A")).toBeUndefined();
  });

  test("is read in one pass, whatever is in it", () => {
    const many = `<<${Array.from({ length: 5_000 }, (_, index) => `/N${index} ${"% x\n".repeat(3)}(${"(".repeat(5)}${")".repeat(5)})`).join("")}>>`;
    expect(withMember(many, "DSS", "9 0 R")?.length).toBe(many.length + " /DSS 9 0 R".length);
  });
});
