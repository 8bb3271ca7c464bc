import { describe, expect, test } from "vitest";
import { certificateIdentifier } from "../services/domain/certificate-identifier.ts";
import { certificateSerial } from "../services/domain/certificate-serial.ts";
import { checkNames } from "./check-names.ts";

const ISSUER = "11440100MB2C91870E";
const typeCode = "11990000MB0DEM017Y001";
const order = { node: "440100", issueDate: "2026-06-01", app: "app", businessSerial: "s1" };
const serial = certificateSerial(order);
const identifierOf = (parts: object = {}) =>
  certificateIdentifier({ typeCode, issuer: ISSUER, serial, version: 1, ...parts });
const SIGNED = { signed: true, number: false };

function names(changes: object = {}) {
  return {
    ...order,
    ...{
      identifier: identifierOf(),
      number: serial,
      name: "证照",
      typeCode,
      itemCode: "I",
      itemVersion: 1,
      version: 1,
    },
    holders: [],
    issuer: { name: "局", code: ISSUER, division: "440100" },
    ...changes,
  };
}

const memberOf = (changes: object, given = SIGNED) => {
  try {
    checkNames(names(changes), given);
    return "computed";
  } catch (error) {
    return (error as { metadata: { member?: string } }).metadata.member;
  }
};

describe("GB/T 36904: identifier, number and version follow from the order", () => {
  test("and nothing else is signed", () => {
    expect(memberOf({})).toBe("computed");
    expect(memberOf({ identifier: identifierOf({ serial: `${serial.slice(0, -1)}0` }) })).toBe("metadata.identifier");
    expect(memberOf({ businessSerial: "s2" })).toBe("metadata.identifier");
    expect(memberOf({ number: "440100-7" })).toBe("metadata.number");
    expect(memberOf({ version: 2, identifier: identifierOf({ version: 2 }) })).toBe("metadata.version");
  });

  test("6.2.4: in a sandbox serial and number begin with TEST, and nowhere else", () => {
    const node = "TEST440100";
    const marked = certificateSerial({ ...order, node });
    const tried = { node, identifier: identifierOf({ serial: marked }), number: marked };
    expect(memberOf(tried)).toBe("computed");
    expect(memberOf({ ...tried, number: "TEST-7" }, { signed: true, number: true })).toBe("computed");
    expect(memberOf({ ...tried, number: "440100-7" }, { signed: true, number: true })).toBe("metadata.number");
    expect(memberOf({ number: "TEST-7" }, { signed: true, number: true })).toBe("metadata.number");
  });

  test("a number that the department's order states is its own", () => {
    expect(memberOf({ number: "440100-7" }, { signed: true, number: true })).toBe("computed");
    expect(memberOf({ number: "440100-7" }, { signed: false, number: false })).toBe("computed");
  });

  test("a replacement keeps type, issuer, serial and number, and has the next version, or a later one of the signed order", () => {
    const replaces = identifierOf();
    const second = { businessSerial: "s2", replaces, version: 2, identifier: identifierOf({ version: 2 }) };
    expect(memberOf(second)).toBe("computed");
    expect(memberOf({ ...second, number: certificateSerial({ ...order, businessSerial: "s2" }) })).toBe(
      "metadata.number",
    );
    expect(memberOf({ ...second, version: 1, identifier: identifierOf() })).toBe("metadata.version");
    expect(memberOf({ ...second, version: 3, identifier: identifierOf({ version: 3 }) })).toBe("computed");
    const own = identifierOf({ serial: certificateSerial({ ...order, businessSerial: "s2" }), version: 2 });
    expect(memberOf({ ...second, identifier: own })).toBe("metadata.identifier");
    const other = identifierOf({ issuer: "11440106MB9DEM11X6" });
    expect(memberOf({ ...second, replaces: other })).toBe("metadata.replaces");
    const elsewhere = identifierOf({ serial: serial.replace(/^440100/, "440300") });
    const foreign = identifierOf({ serial: serial.replace(/^440100/, "440300"), version: 2 });
    expect(memberOf({ ...second, replaces: elsewhere, identifier: foreign })).toBe("metadata.replaces");
  });
});
