import { generateKeyPairSync, sign, verify } from "node:crypto";
import { expect, test } from "vitest";
import { canonicalBytes } from "../domain/canonical.ts";
import {
  MAX_REGISTER_BYTES,
  readSignedRegister,
  registerHolds,
  registerOf,
  registerText,
  signedRegister,
} from "./issuer-register.ts";
import { nodeSignedBytes } from "./node-key.ts";
import { REGISTER_SCHEMA } from "./register-content.ts";

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
  const at = new Date("2026-11-24T00:00:00Z");
  expect(["B", "A", "constructor"].map((code) => superiorOf(code, at))).toEqual(["A", undefined, undefined]);
  expect(mayIssue("B", "constructor", at)).toBe(false);
  expect(mayIssue("B", TYPE, new Date("2026-11-23T16:00:00Z"))).toBe(true);
  expect(mayIssue("B", TYPE, new Date("2026-11-23T15:59:59Z"))).toBe(false);
  expect(mayIssue("A", TYPE, new Date("2026-11-24T00:00:00Z"))).toBe(false);
});

test("about what was opened just before it was made, or later, a register says nothing", () => {
  const { mayIssue } = registerOf(content);
  expect(mayIssue("A", TYPE, new Date("2026-11-24T23:00:00Z"))).toBe(false);
  expect(mayIssue("A", TYPE, new Date("2026-11-24T23:00:01Z"))).toBeUndefined();
});

test("5.8.3: a body that came under another keeps its former superiors for what was signed before", () => {
  const formerly = [{ until: "2026-03-01T00:00:00.000Z" }, { superior: "C", until: "2026-06-01T00:00:00.000Z" }];
  const bodies = { B: { superior: "A", formerly, types: {} } };
  const text = registerText({ ...content, bodies });
  const register = signedRegister(text, (bytes) => sign(null, bytes, privateKey));
  const { superiorOf, builtAt } = registerOf(readSignedRegister(register, verifies));
  expect(builtAt).toEqual(new Date(content.builtAt));
  const at = (time: string) => superiorOf("B", new Date(time));
  expect(at("2026-02-28T23:59:59.999Z")).toBeUndefined();
  expect(at("2026-03-01T00:00:00.000Z")).toBe("C");
  expect(at("2026-05-31T23:59:59.999Z")).toBe("C");
  expect(at("2026-06-01T00:00:00.000Z")).toBe("A");
});

test("one that was signed well but is no register is refused with the member that is wrong, whatever it holds", () => {
  const changes: [string, object][] = [
    ["publisher", { publisher: 440000 }],
    ["builtAt", { builtAt: undefined }],
    ["builtAt", { builtAt: "yesterday" }],
    ["builtAt", { builtAt: "2026-13-45T00:00:00.000Z" }],
    ["bodies", { bodies: undefined }],
    ["bodies", { bodies: [] }],
    ["bodies.A", { bodies: { A: null } }],
    ["bodies.A.superior", { bodies: { A: { superior: 1, types: {} } } }],
    ["bodies.A.types", { bodies: { A: {} } }],
    ["bodies.A.types", { bodies: { A: { types: { T: 20_260_101 } } } }],
    ["bodies.A.types", { bodies: { A: { types: { T: "soon" } } } }],
    ["bodies.A.formerly", { bodies: { A: { types: {}, formerly: {} } } }],
    ["bodies.A.formerly", { bodies: { A: { types: {}, formerly: [{ superior: "C" }] } } }],
    ["bodies.A.formerly", { bodies: { A: { types: {}, formerly: [{ superior: "", until: content.builtAt }] } } }],
    [
      "bodies.A.formerly",
      {
        bodies: {
          A: { types: {}, formerly: [{ until: content.builtAt }, { until: "2026-01-01T00:00:00.000Z" }] },
        },
      },
    ],
  ];
  const trusting = (_: string, signed: Uint8Array, signature: Uint8Array) => verify(null, signed, publicKey, signature);
  for (const [member, change] of changes) {
    const written = Object.entries({ schema: REGISTER_SCHEMA, ...content, ...change });
    const text = canonicalBytes(Object.fromEntries(written.filter(([, value]) => value !== undefined)));
    const signature = sign(null, nodeSignedBytes(REGISTER_SCHEMA, text), privateKey).toString("base64url");
    const bytes = Buffer.concat([text.subarray(0, -1), Buffer.from(`,"signature":"${signature}"}`)]);
    expect(() => readSignedRegister(bytes, trusting), member).toThrow(
      expect.objectContaining({
        reason: "INVALID_FIELD",
        fields: [expect.objectContaining({ field: `register.${member}` })],
      }),
    );
  }
});

test("a register larger than a message of 32 MiB is neither signed nor read", () => {
  const refused = expect.objectContaining({ reason: "TOO_LARGE" });
  const large = new Uint8Array(MAX_REGISTER_BYTES + 1);
  expect(() => signedRegister(large, (bytes) => sign(null, bytes, privateKey))).toThrow(refused);
  expect(() => readSignedRegister(large, verifies)).toThrow(refused);
  expect(MAX_REGISTER_BYTES).toBeLessThan(32 << 20);
});
