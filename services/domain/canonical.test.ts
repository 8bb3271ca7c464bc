import { describe, expect, test } from "vitest";
import { canonicalBytes, canonicalJson, digestOf, MAX_JSON_DEPTH, sha256Hex } from "./canonical.ts";

/** The IEEE 754 double with the given bits, as RFC 8785 Appendix B writes them. */
function double(bits: string): number {
  return Buffer.from(bits, "hex").readDoubleBE();
}

describe("canonical JSON (RFC 8785)", () => {
  test.each([
    ["0000000000000000", "0"],
    ["8000000000000000", "0"],
    ["0000000000000001", "5e-324"],
    ["8000000000000001", "-5e-324"],
    ["7fefffffffffffff", "1.7976931348623157e+308"],
    ["ffefffffffffffff", "-1.7976931348623157e+308"],
    ["4340000000000000", "9007199254740992"],
    ["c340000000000000", "-9007199254740992"],
    ["4430000000000000", "295147905179352830000"],
    ["44b52d02c7e14af5", "9.999999999999997e+22"],
    ["44b52d02c7e14af6", "1e+23"],
    ["44b52d02c7e14af7", "1.0000000000000001e+23"],
    ["444b1ae4d6e2ef4e", "999999999999999700000"],
    ["444b1ae4d6e2ef4f", "999999999999999900000"],
    ["444b1ae4d6e2ef50", "1e+21"],
    ["3eb0c6f7a0b5ed8c", "9.999999999999997e-7"],
    ["3eb0c6f7a0b5ed8d", "0.000001"],
    ["41b3de4355555553", "333333333.3333332"],
    ["41b3de4355555554", "333333333.33333325"],
    ["41b3de4355555555", "333333333.3333333"],
    ["41b3de4355555556", "333333333.3333334"],
    ["41b3de4355555557", "333333333.33333343"],
    ["becbf647612f3696", "-0.0000033333333333333333"],
    ["43143ff3c1cb0959", "1424953923781206.2"],
  ])("Appendix B: the double %s is written %s", (bits, text) => {
    expect(canonicalJson(double(bits))).toBe(text);
  });

  test.each([["7fffffffffffffff"], ["7ff0000000000000"], ["fff0000000000000"]])(
    "Appendix B: the double %s is refused",
    (bits) => {
      expect(() => canonicalJson(double(bits))).toThrow(TypeError);
    },
  );

  test("3.2.2: the sample object gives the sample text", () => {
    const source =
      '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],' +
      '"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}';
    expect(canonicalJson(JSON.parse(source))).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  test("3.2.3: keys sort by UTF-16 code units, so an emoji comes before U+FB33", () => {
    const keys = ["\u20ac", "\r", "\ufb33", "1", "\u{1f600}", "\u0080", "\u00f6"];
    const text = canonicalJson(Object.fromEntries(keys.map((key) => [key, 0])));
    expect(Object.keys(JSON.parse(text.replaceAll('"1"', '"one"')))).toEqual([
      "\r",
      "one",
      "\u0080",
      "\u00f6",
      "\u20ac",
      "\u{1f600}",
      "\ufb33",
    ]);
  });

  test("keys that look like array indexes sort as text", () => {
    expect(canonicalJson({ 10: "a", 9: "b", 1: "c" })).toBe('{"1":"c","10":"a","9":"b"}');
  });

  test("text is not normalised: composed and decomposed forms stay apart", () => {
    expect(canonicalJson("\u00e9")).not.toBe(canonicalJson("e\u0301"));
  });

  test("control characters take the short or the lower-case escape, others none", () => {
    expect(canonicalJson("\b\t\n\f\r\u0000\u001f\u007f\u2028/证")).toBe(
      '"\\b\\t\\n\\f\\r\\u0000\\u001f\u007f\u2028/证"',
    );
  });

  test.each([["\ud800"], ["a\udc00b"], ["\udc00\ud800"]])("lone surrogates are refused in text and in keys", (text) => {
    expect(() => canonicalJson(text)).toThrow(/lone surrogate/);
    expect(() => canonicalJson({ [text]: 1 })).toThrow(/lone surrogate/);
  });

  test("a member without a value is left out, everywhere else `undefined` is refused", () => {
    expect(canonicalJson({ a: undefined, b: 1 })).toBe('{"b":1}');
    expect(() => canonicalJson(undefined)).toThrow(TypeError);
    expect(() => canonicalJson([undefined])).toThrow(TypeError);
  });

  test("a hole in an array is refused", () => {
    const holed: unknown[] = [1];
    holed[2] = 3;
    expect(() => canonicalJson(holed)).toThrow(TypeError);
  });

  test.each([[new Date(0)], [new Map()], [1n], [() => 1], [Symbol("s")], [new Uint8Array(1)], [{ toJSON: () => 1 }]])(
    "what is not plain JSON is refused",
    (value) => {
      expect(() => canonicalJson(value)).toThrow(TypeError);
    },
  );

  test("a member named __proto__ is data like any other", () => {
    expect(canonicalJson(JSON.parse('{"b":1,"__proto__":{"x":1}}'))).toBe('{"__proto__":{"x":1},"b":1}');
  });

  test("nesting is bounded, and a cycle is refused", () => {
    const nested = (depth: number): unknown => JSON.parse("[".repeat(depth) + "]".repeat(depth));
    expect(canonicalJson(nested(MAX_JSON_DEPTH))).toHaveLength(2 * MAX_JSON_DEPTH);
    expect(() => canonicalJson(nested(MAX_JSON_DEPTH + 1))).toThrow(/nested deeper/);
    expect(() => canonicalJson(nested(100_000))).toThrow(/nested deeper/);
    const cycle: unknown[] = [];
    cycle.push({ cycle });
    expect(() => canonicalJson(cycle)).toThrow(/nested deeper/);
  });

  test("its own output is a fixed point, and white space and order of the input do not matter", () => {
    const text = canonicalJson(JSON.parse(' { "b" : [ 1.0 , {"d":1,"c":2} ] , "a":"证照" } '));
    expect(text).toBe('{"a":"证照","b":[1,{"c":2,"d":1}]}');
    expect(canonicalJson(JSON.parse(text))).toBe(text);
  });

  test("bytes are UTF-8 and digests are SHA-256 over them", () => {
    expect(Buffer.from(canonicalBytes({ a: "é" })).toString("hex")).toBe("7b2261223a22c3a9227d");
    expect(sha256Hex("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    expect(digestOf({ a: "é" })).toBe(sha256Hex(canonicalBytes({ a: "é" })));
  });
});
