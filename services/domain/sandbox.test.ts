import { expect, test } from "vitest";
import { certificateIdentifier, parseCertificateIdentifier, requireIdentifierFor } from "./certificate-identifier.ts";
import { certificateSerial } from "./certificate-serial.ts";
import type { Refusal } from "./refusal.ts";
import { divisionOfNode, isNodeCode, isSandboxNode, nodeOfAppKey, numberFault } from "./sandbox.ts";
import { nodeOfSerial } from "./serial-node.ts";

const SANDBOX = "TEST440100";
const order = { issueDate: "2026-11-24", app: "TEST440100-scjg", businessSerial: "1" };
const identifierAt = (node: string) =>
  certificateIdentifier({
    ...{ typeCode: "11100000000013338W001", issuer: "11440100MB2C91870E", version: 1 },
    serial: certificateSerial({ ...order, node }),
  });

function refusalOf(run: () => unknown): Refusal {
  try {
    run();
  } catch (error) {
    return error as Refusal;
  }
  throw new Error("it was taken");
}

test("6.2.4: the code of a sandbox is TEST and that of its division, and no code of production looks like it", () => {
  expect(["TEST440100", "TEST44010600"].every(isSandboxNode)).toBe(true);
  expect(["440100", "TEST", "TEST44010", "TEST440106001", "test440100", "XTEST440100"].some(isSandboxNode)).toBe(false);
  expect(["440100", "440106001002", SANDBOX].every(isNodeCode)).toBe(true);
  expect(isNodeCode("44010A")).toBe(false);
  expect([SANDBOX, "440100"].map(divisionOfNode)).toEqual(["440100", "440100"]);
  expect(["TEST440100-scjg", "440100-a-b", "x"].map(nodeOfAppKey)).toEqual([SANDBOX, "440100", ""]);
});

test("6.2.4: serials and identifiers of a sandbox bear the mark, and still are of GB/T 36904", () => {
  const serial = certificateSerial({ ...order, node: SANDBOX });
  expect(serial).toMatch(/^TEST44010020261124[0-9A-Z]{12}$/);
  expect(nodeOfSerial(serial)).toBe(SANDBOX);
  expect(certificateSerial({ ...order, node: "TEST44010600" })).toHaveLength(32);
  expect(parseCertificateIdentifier(identifierAt(SANDBOX)).serial).toBe(serial);
});

test("6.2.4: who reads an identifier refuses those of the other side by name, in both languages", () => {
  expect(requireIdentifierFor("440100", identifierAt("440300")).version).toBe(1);
  expect(requireIdentifierFor(SANDBOX, identifierAt(SANDBOX)).version).toBe(1);
  for (const [node, of] of [
    ["440100", SANDBOX],
    [SANDBOX, "440100"],
    [SANDBOX, "TEST440300"],
  ] as const) {
    const { reason, fields } = refusalOf(() => requireIdentifierFor(node, identifierAt(of)));
    expect(reason).toBe("SANDBOX_CERTIFICATE");
    expect(fields[0]).toMatchObject({ field: "identifier", localized: expect.stringContaining("沙箱") });
  }
  expect(refusalOf(() => requireIdentifierFor("440100", "1.2.3")).reason).toBe("INVALID_FIELD");
});

test("6.2.4: numbers that departments give begin with TEST in a sandbox, and nowhere else", () => {
  expect(numberFault(SANDBOX, "TEST粤2026-1")).toBeUndefined();
  expect(numberFault(SANDBOX, "粤2026-1")).toMatch("begins with TEST");
  expect(numberFault("440100", "粤2026-1")).toBeUndefined();
  expect(numberFault("440100", "TEST1")).toMatch("one of a sandbox");
});
