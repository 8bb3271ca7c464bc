import { generateKeyPairSync, sign, verify } from "node:crypto";
import { expect, test } from "vitest";
import { canonicalBytes } from "../domain/canonical.ts";
import { nodeSignedBytes } from "../statement/node-signed.ts";
import {
  MAX_REGISTER_BYTES,
  readSignedRegister,
  registerHolds,
  registerOf,
  registerText,
  signedRegister,
} from "./issuer-register.ts";
import { REGISTER_SCHEMA } from "./register-content.ts";

const { privateKey, publicKey } = generateKeyPairSync("ed25519");
const TYPE = "11100000MB03271699001";
const content = {
  publisher: "440000",
  builtAt: "2026-11-25T00:00:00.000Z",
  bodies: {
    A: { node: "440000", rights: {} },
    B: {
      node: "440100",
      superior: "A",
      rights: {
        "item-1": [
          { type: TYPE, node: "440100", from: "2026-11-24", until: "2026-11-24" },
          { type: TYPE, node: "440000", from: "2026-11-25" },
        ],
      },
    },
  },
};
const issue = (issuer: string, more: { typeCode?: string; itemCode?: string; node?: string } = {}) => ({
  ...{ issuer, typeCode: TYPE },
  ...more,
});
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
    ['"from":"2026-11-24"', '"from":"2020-01-01"'],
    ['"node":"440000","type"', '"node":"440300","type"'],
    ['"superior":"A"', '"superior":"C"'],
    ["440000", "440001"],
    ["2026-11-25T", "2027-11-25T"],
  ] as const) {
    expect(text).toContain(from);
    expect(() => readSignedRegister(Buffer.from(text.replace(from, to)), verifies)).toThrow(/not signed well/);
  }
  const { signature: _, ...bare } = JSON.parse(text);
  const spread = JSON.stringify(JSON.parse(text), undefined, 2);
  // The signature in other letters that mean the same octets.
  const respelt = text.replace(/(.)(?="\}$)/, (one) => String.fromCharCode(one.charCodeAt(0) + 1));
  expect(Buffer.from(JSON.parse(respelt).signature, "base64url")).toEqual(
    Buffer.from(JSON.parse(text).signature, "base64url"),
  );
  for (const other of [JSON.stringify(bare), spread, respelt, "{", ""]) {
    expect(() => readSignedRegister(Buffer.from(other), verifies)).toThrow(/not in the form in which it is signed/);
  }
  const foreign = text.replace("ecert.issuer-register.v2", "ecert.issuer-register.v1");
  expect(() => readSignedRegister(Buffer.from(foreign), () => true)).toThrow(/not of ecert/);
  expect(readSignedRegister(Buffer.from(`${text}\n`), verifies)).toMatchObject(content);
  expect(registerHolds(Buffer.from(text), "440000", verifies)).toBe(true);
  expect(registerHolds(Buffer.from(text), "440001", verifies)).toBe(false);
});

test("5.6.2: a body issues at one node at a time, from the first day to the last, by the clock of Shanghai", () => {
  const { superiorOf, mayIssue } = registerOf(content);
  const at = new Date("2026-11-24T00:00:00Z");
  expect(["B", "A", "constructor"].map((code) => superiorOf(code, at))).toEqual(["A", undefined, undefined]);
  const may = (node: string, time: string) => mayIssue(issue("B", { itemCode: "item-1", node }), new Date(time));
  expect(may("440100", "2026-11-23T15:59:59Z")).toBe(false);
  expect(may("440100", "2026-11-23T16:00:00Z")).toBe(true);
  expect(may("440100", "2026-11-24T15:59:59Z")).toBe(true);
  expect(may("440000", "2026-11-24T15:59:59Z")).toBe(false);
  expect(may("440000", "2026-11-24T16:00:00Z")).toBe(true);
  expect(may("440100", "2026-11-24T16:00:00Z")).toBe(false);
});

test("5.8.3: another item, another type, another body, and what objects inherit, are nobody's right", () => {
  const { mayIssue } = registerOf(content);
  const at = new Date("2026-11-24T04:00:00Z");
  expect(mayIssue(issue("B"), at)).toBe(true);
  for (const [issuer, more] of [
    ["A", {}],
    ["B", { itemCode: "item-2" }],
    ["B", { itemCode: "constructor" }],
    ["B", { typeCode: "constructor" }],
    ["B", { typeCode: "11100000MB03271699002", itemCode: "item-1" }],
    ["constructor", {}],
  ] as const) {
    expect(mayIssue(issue(issuer, more), at)).toBe(false);
  }
});

test("about signatures that are younger than it a register tells only of the rights that it has", () => {
  const { mayIssue } = registerOf(content);
  expect(mayIssue(issue("B", { node: "440000" }), new Date("2026-12-24T00:00:00Z"))).toBe(true);
  expect(mayIssue(issue("A"), new Date("2026-11-25T00:00:00Z"))).toBe(false);
  expect(mayIssue(issue("A"), new Date("2026-11-25T00:00:00.001Z"))).toBeUndefined();
});

test("5.8.3: a body that came under another keeps its former superiors for what was signed before", () => {
  const formerly = [{ until: "2026-03-01T00:00:00.000Z" }, { superior: "C", until: "2026-06-01T00:00:00.000Z" }];
  const bodies = { B: { node: "440100", superior: "A", formerly, rights: {} } };
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
  const body = { node: "440100", rights: {} };
  const right = { type: TYPE, node: "440100", from: "2026-01-01" };
  const rights = (periods: object) => ({ bodies: { A: { ...body, rights: { I: periods } } } });
  const changes: [string, object][] = [
    ["publisher", { publisher: 440000 }],
    ["builtAt", { builtAt: undefined }],
    ["builtAt", { builtAt: "yesterday" }],
    ["builtAt", { builtAt: "2026-13-45T00:00:00.000Z" }],
    ["bodies", { bodies: undefined }],
    ["bodies", { bodies: [] }],
    ["bodies.A", { bodies: { A: null } }],
    ["bodies.A.node", { bodies: { A: { rights: {} } } }],
    ["bodies.A.superior", { bodies: { A: { ...body, superior: 1 } } }],
    ["bodies.A.rights", { bodies: { A: { node: "440100" } } }],
    ["bodies.A.rights", { bodies: { A: { node: "440100", types: {} } } }],
    ["bodies.A.rights.I", rights({})],
    ["bodies.A.rights.I", rights([{ ...right, type: 1 }])],
    ["bodies.A.rights.I", rights([{ ...right, node: "city" }])],
    ["bodies.A.rights.I", rights([{ ...right, from: "soon" }])],
    ["bodies.A.rights.I", rights([{ ...right, from: "2026-02-30" }])],
    ["bodies.A.rights.I", rights([{ ...right, until: "2025-12-31" }])],
    ["bodies.A.rights.I", rights([right, { ...right, from: "2026-05-01", node: "440000" }])],
    [
      "bodies.A.rights.I",
      rights([
        { ...right, until: "2026-05-01" },
        { ...right, from: "2026-05-01" },
      ]),
    ],
    [
      "bodies.A.rights.I",
      rights([
        { ...right, from: "2026-05-01" },
        { ...right, until: "2026-03-01" },
      ]),
    ],
    ["bodies.A.formerly", { bodies: { A: { ...body, formerly: {} } } }],
    ["bodies.A.formerly", { bodies: { A: { ...body, formerly: [{ superior: "C" }] } } }],
    ["bodies.A.formerly", { bodies: { A: { ...body, formerly: [{ superior: "", until: content.builtAt }] } } }],
    [
      "bodies.A.formerly",
      { bodies: { A: { ...body, formerly: [{ until: content.builtAt }, { until: "2026-01-01T00:00:00.000Z" }] } } },
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
