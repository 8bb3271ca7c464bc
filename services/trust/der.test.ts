import { describe, expect, test } from "vitest";
import { Refusal } from "../domain/refusal.ts";
import { childrenOf, onlyChildOf, readDer, readDerPrefix } from "./der.ts";
import { octetString, sequence, smallInteger } from "./der-write.ts";

const hex = (text: string): Uint8Array => Buffer.from(text.replaceAll(" ", ""), "hex");

describe("the DER reader", () => {
  test("walks a structure without copying it", () => {
    const bytes = sequence(smallInteger(5), octetString(hex("aabb")));
    const [first, second, third] = childrenOf(readDer(bytes));
    expect(first?.raw).toEqual(hex("020105"));
    expect(second?.content).toEqual(hex("aabb"));
    expect(third).toBeUndefined();
    expect(second?.content.buffer).toBe(bytes.buffer);
  });

  test("reads long lengths", () => {
    for (const length of [127, 128, 255, 256, 65_535, 65_536]) {
      expect(readDer(octetString(new Uint8Array(length))).content).toHaveLength(length);
    }
  });

  test.each([
    ["an empty text", ""],
    ["a header cut short", "30"],
    ["a value cut short", "04 02 aa"],
    ["a length cut short", "04 82 01"],
    ["bytes behind the element", "05 00 00"],
    ["the indefinite length", "30 80 05 00 00 00"],
    ["a length of more than four octets", "04 85 00 00 00 00 01 aa"],
    ["a long length where a short one fits", "04 81 01 aa"],
    ["a length with a leading zero", `04 82 00 80 ${"aa".repeat(128)}`],
    ["a tag number above 30", "1f 21 00"],
    ["end-of-contents", "00 00"],
  ])("refuses %s (X.690 §10.1)", (_name, text) => {
    expect(() => readDer(hex(text))).toThrow(Refusal);
  });

  test("refuses nesting beyond 32 before it can exhaust the stack", () => {
    const nested = (depth: number): Uint8Array => (depth === 0 ? sequence() : sequence(nested(depth - 1)));
    const descend = (bytes: Uint8Array): number => {
      let element = readDer(bytes);
      while (element.content.length > 0) element = onlyChildOf(element);
      return element.depth;
    };
    expect(descend(nested(32))).toBe(32);
    expect(() => descend(nested(33))).toThrow("nested deeper than 32");
  });

  test("refuses more bytes than the reader allows", () => {
    expect(() => readDer(octetString(new Uint8Array(100)), 64)).toThrow("exceed the limit of 64");
  });

  test("takes the first element out of a padded container", () => {
    expect(readDerPrefix(hex("0201 05 0000")).raw).toEqual(hex("020105"));
  });

  test("refuses to look inside a primitive value, and two elements where one belongs", () => {
    expect(() => childrenOf(readDer(hex("020105")))).toThrow("primitive");
    expect(() => onlyChildOf(readDer(hex("3004 0500 0500")))).toThrow("exactly one");
    expect(() => childrenOf(readDer(hex("3000")), 0x31)).toThrow("expected 0x31, found 0x30");
  });
});
