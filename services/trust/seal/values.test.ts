import { describe, expect, test } from "vitest";
import { childrenOf, readDer } from "../der.ts";
import { bitString, derTime, octetString, sequence, smallInteger } from "../der-write.ts";
import {
  generalizedTime,
  readBits,
  readLooseTime,
  readSealExtensions,
  readSealTime,
  readTimeText,
  sealExtensions,
} from "./values.ts";

describe("times in seals", () => {
  test("are written as GeneralizedTime in seconds and UTC", () => {
    const der = generalizedTime(new Date("2026-11-24T10:20:30.987Z"));
    expect(Buffer.from(der).toString("latin1", 2)).toBe("20261124102030Z");
    expect(readSealTime(readDer(der)).toISOString()).toBe("2026-11-24T10:20:30.000Z");
    expect(readSealTime(readDer(derTime(new Date("2026-11-24T10:20:30Z")))).getUTCFullYear()).toBe(2026);
  });

  test.each([
    ["20261124102030.5Z", "2026-11-24T10:20:30.000Z"],
    ["20261124182030+0800", "2026-11-24T10:20:30.000Z"],
    ["20261124182030", "2026-11-24T10:20:30.000Z"],
    ["261124182030", "2026-11-24T10:20:30.000Z"],
    ["491124102030Z", "2049-11-24T10:20:30.000Z"],
    ["501124102030Z", "1950-11-24T10:20:30.000Z"],
  ])("%s, as vendors write, is %s", (text, iso) => {
    expect(readTimeText(text).toISOString()).toBe(iso);
  });

  test.each(["20260231102030", "20260231102030Z", "20261124102030+9900", "2026", ""])("refuses %j", (text) => {
    expect(() => readTimeText(text)).toThrow("time");
  });

  test("of version 1 are text, DER or a token, and a token tells none", () => {
    const iso = { time: new Date("2026-11-24T10:20:30Z") };
    expect(readLooseTime(Buffer.from("261124102030Z"))).toEqual(iso);
    expect(readLooseTime(derTime(iso.time))).toEqual(iso);
    expect(readLooseTime(sequence(smallInteger(1)))).toEqual({});
  });
});

describe("other values of seals", () => {
  test("additions are read with and without tag, and with an explicit FALSE", () => {
    const list = [
      { type: "1.2.3", critical: true, value: Buffer.from("a") },
      { type: "1.2.4", critical: false, value: Buffer.from("b") },
    ];
    const der = sealExtensions(list);
    expect(readSealExtensions(readDer(der))).toMatchObject([{ critical: true }, { type: "1.2.4", critical: false }]);
    // Both have three members: ofdrw reads no others.
    expect(childrenOf(readDer(der)).map((entry) => childrenOf(entry).length)).toEqual([3, 3]);
    const tagged = Buffer.concat([Uint8Array.of(0xa0, der.length), der]);
    expect(readSealExtensions(readDer(tagged))).toHaveLength(2);
    const explicit = Buffer.from("300e300c06022a0301010004036162630000".slice(0, 32), "hex");
    expect(readSealExtensions(readDer(explicit))).toMatchObject([{ critical: false }]);
  });

  test("an OCTET STRING stands for a BIT STRING where version 1 files have it so", () => {
    expect(readBits(readDer(bitString(Buffer.from("ab"))))).toEqual(readBits(readDer(octetString(Buffer.from("ab")))));
  });
});
