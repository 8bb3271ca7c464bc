import { describe, expect, test } from "vitest";
import { readDer } from "./der.ts";
import {
  readBitOctets,
  readBoolean,
  readIntegerBytes,
  readNamedBits,
  readOid,
  readSmallInteger,
  readText,
  readTime,
} from "./der-read.ts";
import {
  bitString,
  derTime,
  derTrue,
  namedBits,
  oid,
  printableString,
  setOf,
  smallInteger,
  unsignedInteger,
  utf8String,
} from "./der-write.ts";

const hex = (text: string): Uint8Array => Buffer.from(text.replaceAll(" ", ""), "hex");
const read = (text: string) => readDer(hex(text));

describe("DER values", () => {
  test.each([
    ["1.2.840.113549.1.7.2", "06092a864886f70d010702"],
    ["2.5.4.97", "0603550461"],
    ["1.2.156.10197.1.301", "06082a811ccf5501822d"],
    ["2.999.3", "0603883703"],
    ["0.9.2342.19200300.100.1.1", "060a0992268993f22c640101"],
  ])("object identifier %s is %s", (dotted, encoded) => {
    expect(Buffer.from(oid(dotted)).toString("hex")).toBe(encoded);
    expect(readOid(read(encoded))).toBe(dotted);
  });

  test.each(["0600", "06032a8001", "06022a81"])("refuses the object identifier %s", (encoded) => {
    expect(() => readOid(read(encoded))).toThrow("object identifier");
  });

  test("integers are minimal two's complement", () => {
    expect(smallInteger(0)).toEqual(Buffer.from("020100", "hex"));
    expect(smallInteger(128)).toEqual(Buffer.from("02020080", "hex"));
    expect(readSmallInteger(readDer(smallInteger(1_795_562_332_398)))).toBe(1_795_562_332_398);
    expect(unsignedInteger(hex("0000ff"))).toEqual(Buffer.from("020200ff", "hex"));
    expect(unsignedInteger(hex("00"))).toEqual(Buffer.from("020100", "hex"));
  });

  test.each(["0200", "02020001", "0202ffff"])("refuses the integer %s", (encoded) => {
    expect(() => readIntegerBytes(read(encoded))).toThrow("integer");
  });

  test("refuses negative and huge numbers where a small one belongs", () => {
    expect(() => readSmallInteger(read("0201ff"))).toThrow("out of range");
    expect(() => readSmallInteger(read("020701000000000000"))).toThrow("out of range");
  });

  test("booleans are 00 or FF", () => {
    expect(readBoolean(readDer(derTrue))).toBe(true);
    expect(readBoolean(read("010100"))).toBe(false);
    expect(() => readBoolean(read("010101"))).toThrow("boolean");
  });

  test("bit strings hold octets or named bits", () => {
    expect(readBitOctets(readDer(bitString(hex("aabb"))))).toEqual(hex("aabb"));
    expect(() => readBitOctets(read("030201a0"))).toThrow("whole number of octets");
    // RFC 5280 keyUsage {digitalSignature, nonRepudiation} and {keyCertSign, cRLSign}, as every authority writes them
    expect(namedBits([0, 1])).toEqual(Buffer.from("030206c0", "hex"));
    expect(namedBits([5, 6])).toEqual(Buffer.from("03020106", "hex"));
    expect([...readNamedBits(read("03020106"))]).toEqual([5, 6]);
    expect([...readNamedBits(read("030100"))]).toEqual([]);
    expect(() => readNamedBits(read("030208c0"))).toThrow("bit string");
    expect(() => readNamedBits(read("030101"))).toThrow("bit string");
  });

  test("texts decode in their own alphabet", () => {
    expect(readText(readDer(utf8String("广州市市场监督管理局")))).toBe("广州市市场监督管理局");
    expect(readText(readDer(printableString("CN")))).toBe("CN");
    expect(readText(read("1e045e7f5dde"))).toBe("广州");
    expect(() => printableString("a@b")).toThrow(RangeError);
    for (const bad of ["0c02c328", "0c0100", "1301e9", "0401aa"]) expect(() => readText(read(bad))).toThrow("text");
  });

  test.each([
    ["2026-11-24T10:20:30.000Z", "170d3236313132343130323033305a"],
    ["1950-01-01T00:00:00.000Z", "170d3530303130313030303030305a"],
    ["2049-12-31T23:59:59.000Z", "170d3439313233313233353935395a"],
    ["2050-01-01T00:00:00.000Z", "180f32303530303130313030303030305a"],
  ])("%s is written as RFC 5280 §4.1.2.5 wants it", (iso, encoded) => {
    expect(Buffer.from(derTime(new Date(iso))).toString("hex")).toBe(encoded);
    expect(readTime(read(encoded)).toISOString()).toBe(iso);
  });

  test.each([
    ["a day that does not exist", "170d3236303233313130323033305a"],
    ["an hour that does not exist", "170d3236303132313235303033305a"],
    ["hour 24", "170d3235303232383234303030305a"],
    ["month 13", "180f32303235313330303132303030305a"],
    ["a letter among the digits", "170d3235303232383132303030615a"],
    ["a time without seconds", "170b323631313234313032305a"],
    ["a time with an offset", "17113236313132343130323033302b30383030"],
    ["another type", "0c0d3236313132343130323033305a"],
  ])("refuses %s", (_name, encoded) => {
    expect(() => readTime(read(encoded))).toThrow(/time/);
  });

  test("SET OF is put in the order of its encodings (X.690 §11.6)", () => {
    expect(setOf([hex("040102"), hex("0401ff"), hex("020105"), hex("040101")])).toEqual(
      Buffer.from("310c0201050401010401020401ff", "hex"),
    );
  });
});
