import { describe, expect, test } from "vitest";
import {
  certificateIdentifier,
  mod3736CheckCharacter,
  parseCertificateIdentifier,
  withVersion,
} from "./certificate-identifier.ts";
import { seededNumbers, seededText } from "./seeded.ts";

const CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
// Identifiers that their issuers have published.
const TRAFFIC = "1.2.156.3005.2.11100000000013338W009.11330105002500287C.2025052201.002.0";
const SHIP = "1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.U";
const ESTATE = "1.2.156.3005.2.11100000MB03271699022.340100.000000016.001.9";

describe("certificate identifier (GB/T 36904)", () => {
  test.each([
    [TRAFFIC, { typeCode: "11100000000013338W009", issuer: "11330105002500287C", serial: "2025052201", version: 2 }],
    [SHIP, { typeCode: "11100000000013338W011", issuer: "11430000006122244L", serial: "20230000403", version: 1 }],
    [ESTATE, { typeCode: "11100000MB03271699022", issuer: "340100", serial: "000000016", version: 1 }],
  ])("the public identifier %s is read", (text, parts) => {
    expect(parseCertificateIdentifier(text)).toEqual(parts);
  });

  test.each([TRAFFIC, SHIP])("what is read from %s builds the same text", (text) => {
    expect(certificateIdentifier(parseCertificateIdentifier(text))).toBe(text);
  });

  test("a division as issuer is read but never written", () => {
    expect(() => certificateIdentifier(parseCertificateIdentifier(ESTATE))).toThrow(
      expect.objectContaining({ reason: "INVALID_FIELD" }),
    );
  });

  test("a replacement keeps all but version and check character", () => {
    expect(withVersion(SHIP, 2)).toMatch(
      /^1\.2\.156\.3005\.2\.11100000000013338W011\.11430000006122244L\.20230000403\.002\.[0-9A-Z]$/,
    );
    expect(withVersion(withVersion(SHIP, 2), 1)).toBe(SHIP);
    for (const version of [0, 1000, 1.5]) expect(() => withVersion(SHIP, version)).toThrow(/between 1 and 999/);
  });

  test.each([
    ["", "INVALID_FIELD"],
    [SHIP.replace("3005", "3003"), "INVALID_FIELD"],
    [SHIP.replace("1.2.156.3005.2", "1.2.156.3005.3"), "INVALID_FIELD"],
    [SHIP.slice(0, -2), "INVALID_FIELD"],
    [`${SHIP}.U`, "INVALID_FIELD"],
    [SHIP.replace(".001.", ".01."), "INVALID_FIELD"],
    [SHIP.replace(".20230000403.", ".."), "INVALID_FIELD"],
    [`${SHIP.slice(0, -1)}V`, "CODE_INVALID"],
    [`${SHIP.slice(0, -1)}u`, "CODE_INVALID"],
    [`${SHIP}U`, "CODE_INVALID"],
    [`${SHIP} `, "CODE_INVALID"],
  ])("%j is refused as %s", (text, reason) => {
    expect(() => parseCertificateIdentifier(text)).toThrow(expect.objectContaining({ reason }));
  });

  test("a right check character does not excuse a version 000 or a wrong issuer", () => {
    const resigned = (middle: string[]) =>
      ["1.2.156.3005.2", ...middle, mod3736CheckCharacter(middle.join(""))].join(".");
    expect(() =>
      parseCertificateIdentifier(resigned(["11100000000013338W011", "11430000006122244L", "1", "000"])),
    ).toThrow(expect.objectContaining({ reason: "INVALID_FIELD" }));
    expect(() =>
      parseCertificateIdentifier(resigned(["11100000000013338W011", "11430000006122244M", "1", "001"])),
    ).toThrow(/issuer/);
  });

  test("any change of one character of the identifier is refused", () => {
    for (let at = "1.2.156.3005.2.".length; at < SHIP.length; at++) {
      for (const other of `${CHARACTERS}.`) {
        if (other === SHIP[at]) continue;
        expect(() => parseCertificateIdentifier(SHIP.slice(0, at) + other + SHIP.slice(at + 1))).toThrow();
      }
    }
  });
});

describe("ISO/IEC 7064 MOD 37,36", () => {
  test("a remainder that would be 36 is written 0", () => {
    expect(TRAFFIC.endsWith(".0")).toBe(true);
    expect(mod3736CheckCharacter("11100000000013338W00911330105002500287C2025052201002")).toBe("0");
  });

  test("the standard's example A12425GABC1234002 has the check character M", () => {
    expect(mod3736CheckCharacter("A12425GABC1234002")).toBe("M");
  });

  test("any change of one character changes the check character", () => {
    const next = seededNumbers(7064);
    for (let round = 0; round < 40; round++) {
      const text = seededText(next, CHARACTERS, 1 + Math.floor(next() * 60));
      const check = mod3736CheckCharacter(text);
      for (let at = 0; at < text.length; at++) {
        for (const other of CHARACTERS) {
          if (other === text[at]) continue;
          expect(mod3736CheckCharacter(text.slice(0, at) + other + text.slice(at + 1))).not.toBe(check);
        }
      }
    }
  });
});
