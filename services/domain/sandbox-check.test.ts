import { expect, test } from "vitest";
import { certificateIdentifier } from "./certificate-identifier.ts";
import { certificateSerial } from "./certificate-serial.ts";
import { REASONS } from "./reason.ts";
import { SANDBOX_STEP_NAMES, sandboxStepOf, suffices } from "./sandbox-check.ts";

const serial = certificateSerial({
  ...{ node: "TEST440100", issueDate: "2026-11-24", app: "TEST440100-scjg", businessSerial: "1" },
});
const version = (number: number) =>
  certificateIdentifier({
    ...{ typeCode: "11100000000013338W001", issuer: "11440100MB2C91870E", serial, version: number },
  });
const step = (method: string, outcome = "OK", identifier = version(1)) =>
  sandboxStepOf({ method: `ecert.${method}`, outcome, identifier });

test("6.2.4: what counts is what was done in the end: issued, replaced, used, revoked, refused", () => {
  expect(step("issue.v1.IssueService/IssueCertificate")).toBe("issued");
  expect(step("issue.v1.IssueService/IssueCertificate", "OK", version(2))).toBe("replaced");
  expect(step("issue.v1.IssueService/RevokeCertificate")).toBe("revoked");
  expect(step("usage.v1.UsageService/ExtractData")).toBe("used");
  expect(step("usage.v1.UsageService/VerifyCertificate")).toBe("used");
  expect(step("issue.v1.IssueService/MakeCertificate", "DATA_INVALID", "")).toBe("refused");
});

test("6.2.4: making alone, reading, and a use of nothing are no step", () => {
  expect(step("issue.v1.IssueService/MakeCertificate")).toBeUndefined();
  expect(step("issue.v1.IssueService/GetCertificate")).toBeUndefined();
  expect(step("usage.v1.UsageService/CreateUsageContext", "OK", "")).toBeUndefined();
});

test("6.2.4: a refusal counts where the case was at fault, not where proof was, or something was away", () => {
  const refused = Object.keys(REASONS).filter((reason) => step("issue.v1.IssueService/MakeCertificate", reason, ""));
  expect(refused).toContain("DATA_INVALID");
  for (const reason of ["TOKEN_EXPIRED", "OVERLOADED", "PEER_AWAY", "INTERNAL", "AGENT_AWAY", "PERMISSION_DENIED"]) {
    expect(refused).not.toContain(reason);
  }
  expect(step("governance.v1.SandboxService/CheckSandbox", "INVALID_FIELD", "")).toBeUndefined();
});

test("6.2.4: an opening of issuing needs other steps than one of usage", () => {
  expect(suffices(SANDBOX_STEP_NAMES, "issuing")).toBe(true);
  expect(suffices(["issued", "replaced", "revoked", "refused"], "issuing")).toBe(true);
  expect(suffices(["issued", "replaced", "revoked"], "issuing")).toBe(false);
  expect(suffices(["used", "refused"], "usage")).toBe(true);
  expect(suffices(["used"], "usage")).toBe(false);
});
