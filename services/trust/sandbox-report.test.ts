import { generateKeyPairSync, sign, verify } from "node:crypto";
import { expect, test } from "vitest";
import type { Refusal } from "../domain/refusal.ts";
import { SANDBOX_STEP_NAMES } from "../domain/sandbox-check.ts";
import {
  MAX_SANDBOX_REPORT_BYTES,
  type PresentedReport,
  readSandboxReport,
  requireSandboxReport,
  type SandboxReport,
  signedSandboxReport,
} from "./sandbox-report.ts";

const { privateKey, publicKey } = generateKeyPairSync("ed25519");
const trusted = (node: string, bytes: Uint8Array, signature: Uint8Array) =>
  node === "TEST440100" && verify(null, bytes, publicKey, signature);
const signed = (report: SandboxReport) => signedSandboxReport(report, (bytes) => sign(null, bytes, privateKey));

const report: SandboxReport = {
  schema: "ecert.sandbox-report.v1",
  node: "TEST440100",
  app: "TEST440100-scjg",
  department: "11440106MB9DEM11X6",
  madeAt: "2026-11-24T02:00:00.000Z",
  calls: 12,
  done: SANDBOX_STEP_NAMES.map((step) => ({
    ...{ step, at: "2026-11-24T01:00:00.000Z", method: "m", requestId: "r", outcome: "OK", identifier: "", times: 1 },
  })),
};
const presented: PresentedReport = {
  purpose: "issuing",
  app: "440100-scjg",
  department: report.department,
  now: new Date("2026-11-25T00:00:00Z"),
};

function refusalOf(run: () => unknown): Refusal | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    return error as Refusal;
  }
}

test("6.2.4: a report is read as it was signed by a sandbox that is trusted, and not otherwise", () => {
  const bytes = signed(report);
  expect(readSandboxReport(bytes, trusted)).toEqual(report);
  expect(refusalOf(() => readSandboxReport(bytes, () => false))?.reason).toBe("SIGNATURE_INVALID");
  const altered = Buffer.from(Buffer.from(bytes).toString().replace('"calls":12', '"calls":13'));
  expect(refusalOf(() => readSandboxReport(altered, trusted))?.reason).toBe("SIGNATURE_INVALID");
  const production = signed({ ...report, node: "440100" });
  expect(refusalOf(() => readSandboxReport(production, () => true))?.reason).toBe("SIGNATURE_INVALID");
});

test("6.2.4: what is no report, is spelled otherwise or too large is refused before its signature is looked at", () => {
  const bytes = Buffer.from(signed(report));
  for (const other of [Buffer.from("{}"), Buffer.from("x"), Buffer.concat([bytes, Buffer.from("\n")])]) {
    expect(refusalOf(() => readSandboxReport(other, () => true))?.reason).toBe("INVALID_FIELD");
  }
  const twice = signed({ ...report, done: [...report.done, ...report.done] });
  expect(refusalOf(() => readSandboxReport(twice, () => true))?.reason).toBe("INVALID_FIELD");
  const large = Buffer.alloc(MAX_SANDBOX_REPORT_BYTES + 1, " ");
  expect(refusalOf(() => readSandboxReport(large, () => true))?.reason).toBe("TOO_LARGE");
});

test("6.2.4.1, 6.2.4.3: it counts for the same system of the same department, with all steps, for half a year", () => {
  const against = (change: Partial<SandboxReport>, what: Partial<PresentedReport> = {}) => {
    const refusal = refusalOf(() => requireSandboxReport({ ...report, ...change }, { ...presented, ...what }));
    if (refusal) expect(refusal.fields[0]?.localized).toMatch(/报告|尚未完成/);
    return refusal && `${refusal.reason} ${refusal.fields[0]?.description}`;
  };
  expect(against({})).toBeUndefined();
  expect(against({}, { purpose: "usage" })).toBeUndefined();
  expect(against({ app: "TEST440100-other" })).toMatch("SANDBOX_REPORT_REFUSED is of app TEST440100-other");
  expect(against({ department: "other" })).toMatch("another department");
  expect(against({ done: report.done.slice(0, 2) })).toMatch("lacks revoked, refused");
  const [first, ...others] = report.done;
  const longAgo = { ...first, at: "2026-04-01T01:00:00.000Z" } as (typeof report.done)[number];
  expect(against({ done: [longAgo, ...others] })).toMatch("lacks issued");
  expect(against({ done: [{ ...longAgo, at: "once" }, ...others] })).toMatch("lacks issued");
  expect(against({}, { now: new Date("2027-06-01T00:00:00Z") })).toMatch("was made on");
});
