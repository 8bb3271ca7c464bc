import { expect, test } from "vitest";
import { registerOf } from "../issuer-register.ts";
import { checkIssuer, usedRegister } from "./bindings.ts";
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
      types: { TYPE: "2026-01-01" },
    },
  },
});
const opened = { message: { metadata: { issuer: { code: "ISSUER" }, typeCode: "TYPE" } } } as unknown as OpenedDocument;

/** Codes of what is found where a body signed for the issuer at a time, verified so long after the register was made. */
function codes(organizationCode: string, signedAt: number, age = 0): string[] {
  const signer = { organizationCode } as Parameters<typeof checkIssuer>[1]["signer"];
  const at = new Date(BUILT + age);
  return checkIssuer(opened, { signer, signedAt: new Date(signedAt) }, register, at).map(({ code }) => code);
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
