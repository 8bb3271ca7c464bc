import { expect, test } from "vitest";
import { isStatementOf, signatureBytes, signCommand, statementOf } from "./statement.ts";

const FILLED = { departmentCode: "11440106MB9DEM11X6", account: "440100-chief", name: "张三", certificatePem: "PEM" };

test("5.8.3: a statement says the five texts of the contract and nothing else, and is good for ten minutes by the desk's clock", () => {
  const made = statementOf({ ...FILLED, signature: "x" } as never, new Date("2026-12-01T00:00:00Z"), 1_000);
  expect(JSON.parse(made.text)).toEqual({ ...FILLED, time: "2026-12-01T00:00:00.000Z" });
  expect(made).toMatchObject({ fileName: "activation-440100-chief.json", until: 601_000 });
  expect(isStatementOf(made, { ...FILLED })).toBe(true);
  expect(isStatementOf(made, { ...FILLED, name: "李四" })).toBe(false);
});

test("a signature is taken as it is, or out of the letters of a PEM file", () => {
  const der = Uint8Array.from([0x30, 0x80, 1, 2, 3]);
  expect(signatureBytes(der)).toEqual(der);
  const pem = `-----BEGIN CMS-----\n${Buffer.from(der).toString("base64")}\n-----END CMS-----\n`;
  expect(signatureBytes(new Uint8Array(Buffer.from(pem)))).toEqual(der);
});

test("the command names the file that was downloaded", () => {
  expect(signCommand("activation-a.json")).toContain("-in activation-a.json -out activation-a.p7s ");
});
