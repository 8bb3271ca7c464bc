import { generateKeyPairSync, sign, verify } from "node:crypto";
import { expect, test } from "vitest";
import { readSignedRegister, registerHolds, registerOf, registerText, signedRegister } from "./issuer-register.ts";

const { privateKey, publicKey } = generateKeyPairSync("ed25519");
const TYPE = "11100000MB03271699001";
const content = {
  publisher: "440000",
  builtAt: "2026-11-25T00:00:00.000Z",
  bodies: { A: { types: {} }, B: { superior: "A", types: { [TYPE]: "2026-11-24" } } },
};
const written = () => signedRegister(registerText(content), (bytes) => sign(null, bytes, privateKey));
const verifies = (node: string, signed: Uint8Array, signature: Uint8Array) =>
  node === "440000" && verify(null, signed, publicKey, signature);

test("a register of issuers comes back as its node signed it, and is plain JSON", () => {
  expect(readSignedRegister(written(), verifies)).toMatchObject(content);
  expect(JSON.parse(Buffer.from(written()).toString()).bodies).toEqual(content.bodies);
});

test("a register with anything changed, of an unknown node, or without signature is refused", () => {
  const text = Buffer.from(written()).toString();
  for (const [from, to] of [
    ["2026-11-24", "2020-01-01"],
    ['"superior":"A"', '"superior":"C"'],
    ["440000", "440001"],
    ["2026-11-25T", "2027-11-25T"],
  ] as const) {
    expect(text).toContain(from);
    expect(() => readSignedRegister(Buffer.from(text.replace(from, to)), verifies)).toThrow(/not signed well/);
  }
  const { signature: _, ...bare } = JSON.parse(text);
  const spread = JSON.stringify(JSON.parse(text), undefined, 2);
  for (const other of [JSON.stringify(bare), spread, "{", ""]) {
    expect(() => readSignedRegister(Buffer.from(other), verifies)).toThrow(/not in the form in which it is signed/);
  }
  const foreign = text.replace("ecert.issuer-register.v1", "ecert.issuer-register.v9");
  expect(() => readSignedRegister(Buffer.from(foreign), () => true)).toThrow(/not of ecert/);
  expect(readSignedRegister(Buffer.from(`${text}\n`), verifies)).toMatchObject(content);
  expect(registerHolds(Buffer.from(text), "440000", verifies)).toBe(true);
  expect(registerHolds(Buffer.from(text), "440001", verifies)).toBe(false);
});

test("5.8.3: what a body may issue counts from its day on, by the clock of Shanghai", () => {
  const { superiorOf, mayIssue } = registerOf(content);
  expect([superiorOf("B"), superiorOf("A"), superiorOf("constructor")]).toEqual(["A", undefined, undefined]);
  expect(mayIssue("B", TYPE, new Date("2026-11-23T16:00:00Z"))).toBe(true);
  expect(mayIssue("B", TYPE, new Date("2026-11-23T15:59:59Z"))).toBe(false);
  expect(mayIssue("A", TYPE, new Date("2026-11-24T00:00:00Z"))).toBe(false);
});

test("about what was opened just before it was made, or later, a register says nothing", () => {
  const { mayIssue } = registerOf(content);
  expect(mayIssue("A", TYPE, new Date("2026-11-24T23:00:00Z"))).toBe(false);
  expect(mayIssue("A", TYPE, new Date("2026-11-24T23:00:01Z"))).toBeUndefined();
});
