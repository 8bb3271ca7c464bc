import { expect, test } from "vitest";
import { certificateIdentifier } from "../../domain/certificate-identifier.ts";
import { certificateSerial } from "../../domain/certificate-serial.ts";
import { registerOf } from "../issuer-register.ts";
import { checkIdentifier, checkIssuer, usedRegister } from "./bindings.ts";
import type { OpenedDocument } from "./opened.ts";
import { MAX_REGISTER_AGE_SECONDS } from "./options.ts";

const BUILT = Date.parse("2026-10-01T00:00:00Z");
const MOVED = Date.parse("2026-06-01T00:00:00Z");
const HOUR = 3_600_000;
const register = registerOf({
  publisher: "440000",
  builtAt: new Date(BUILT).toISOString(),
  bodies: {
    ISSUER: {
      superior: "NOW",
      formerly: [{ superior: "FORMER", until: new Date(MOVED).toISOString() }],
      node: "440100",
      rights: {
        ITEM: [
          { type: "TYPE", node: "440100", from: "2026-01-01", until: "2026-09-15" },
          { type: "TYPE", node: "440000", from: "2026-09-16" },
        ],
      },
    },
  },
});
const metadata = { issuer: { code: "ISSUER" }, typeCode: "TYPE", itemCode: "ITEM" };
/** A certificate of the issuer; one that names no node, as faces may, is held against no node. */
const opened = (more: { node?: string; itemCode?: string } = {}) =>
  ({ message: { metadata: { ...metadata, ...more } } }) as unknown as OpenedDocument;

/** Codes of what is found where a body signed for the issuer at a time, verified so long after the register was made. */
function codes(organizationCode: string, signedAt: number, age = 0, document = opened()): string[] {
  const signer = { organizationCode } as Parameters<typeof checkIssuer>[1]["signer"];
  const at = new Date(BUILT + age);
  return checkIssuer(document, { signer, signedAt: new Date(signedAt) }, register, at).map(({ code }) => code);
}

test("5.8.3: what a superior signed while it was the superior stays right after the issuer came under another", () => {
  expect(codes("FORMER", MOVED - 1)).toEqual([]);
  expect(codes("NOW", MOVED)).toEqual([]);
  expect(codes("NOW", MOVED - 1)).toEqual(["SIGNER_FOREIGN"]);
});

test("a former superior finishes within an hour what was under way, and signs nothing later", () => {
  expect(codes("FORMER", MOVED + HOUR - 1)).toEqual([]);
  expect(codes("FORMER", MOVED + HOUR)).toEqual(["SIGNER_FOREIGN"]);
});

test("a register older than a day tells nothing of superiors after it was made: undetermined, for and against", () => {
  const day = MAX_REGISTER_AGE_SECONDS * 1000;
  expect(codes("NOW", BUILT + 1, day)).toEqual([]);
  expect(codes("OTHER", BUILT + 1, day)).toEqual(["SIGNER_FOREIGN"]);
  expect(codes("NOW", BUILT + 1, day + 1000)).toEqual(["REGISTER_STALE"]);
  expect(codes("OTHER", BUILT + 1, day + 1000)).toEqual(["REGISTER_STALE"]);
  expect(codes("ISSUER", BUILT + 1, day + 1000)).toEqual([]);
});

test("an old register still tells what was before it", () => {
  const year = 365 * 24 * HOUR;
  expect(codes("NOW", BUILT - HOUR, year)).toEqual([]);
  expect(codes("OTHER", BUILT - HOUR, year)).toEqual(["SIGNER_FOREIGN"]);
});

test("the age of a register is told, and of one written by hand none", () => {
  const asOf = new Date(BUILT);
  expect(usedRegister(register, new Date(BUILT + 90_000))).toEqual({ asOf, ageSeconds: 90 });
  const { builtAt: _, ...byHand } = register;
  expect(usedRegister(byHand, asOf)).toBeUndefined();
});

test("5.6.2: what another node than the one of that day has issued is not authorised, but for what was under way", () => {
  const moved = Date.parse("2026-09-15T16:00:00Z");
  const city = opened({ node: "440100" });
  const province = opened({ node: "440000" });
  expect(codes("ISSUER", moved - 1, 0, city)).toEqual([]);
  expect(codes("ISSUER", moved - 1, 0, province)).toEqual(["ISSUER_NOT_AUTHORISED"]);
  expect(codes("ISSUER", moved, 0, province)).toEqual([]);
  expect(codes("ISSUER", moved + HOUR - 1, 0, city)).toEqual([]);
  expect(codes("ISSUER", moved + HOUR, 0, city)).toEqual(["ISSUER_NOT_AUTHORISED"]);
  expect(codes("ISSUER", moved + HOUR, 0, opened({ node: "440300" }))).toEqual(["ISSUER_NOT_AUTHORISED"]);
  expect(codes("ISSUER", moved, 0, opened({ itemCode: "OTHER" }))).toEqual(["ISSUER_NOT_AUTHORISED"]);
});

test("a right that a register does not have is no right before it was made, and undetermined later", () => {
  const other = opened({ itemCode: "OTHER" });
  expect(codes("ISSUER", BUILT, 0, other)).toEqual(["ISSUER_NOT_AUTHORISED"]);
  expect(codes("ISSUER", BUILT + HOUR, 0, other)).toEqual(["REGISTER_STALE"]);
  expect(codes("NOW", BUILT + 1, MAX_REGISTER_AGE_SECONDS * 1000 + 1000, other)).toEqual(["REGISTER_STALE"]);
});

test("an identifier says what its metadata say, and a serial that names a node names that of the metadata", () => {
  const typeCode = "11100000MB03271699001";
  const issuer = "11440100MB2C91870E";
  const found = (serial: string, more: object = {}) => {
    const identifier = certificateIdentifier({ typeCode, issuer, serial, version: 1 });
    const told = { identifier, typeCode, issuer: { code: issuer }, version: 1, node: "440100", ...more };
    return checkIdentifier({ identifier, message: { metadata: told } } as unknown as OpenedDocument).map(
      ({ code }) => code,
    );
  };
  const derived = certificateSerial({ node: "440100", issueDate: "2026-11-24", app: "a", businessSerial: "b" });
  expect(found("20261124000000001")).toEqual([]);
  expect(found(derived)).toEqual([]);
  for (const more of [
    { node: "440300" },
    { version: 2 },
    { typeCode: "X" },
    { issuer: { code: "X" } },
    { identifier: "X" },
  ]) {
    expect(found(derived, more)).toEqual(["IDENTIFIER_INVALID"]);
  }
});
