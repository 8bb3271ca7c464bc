import { canonicalBytes } from "../domain/canonical.ts";
import { instantOf, isInstant } from "../domain/instant.ts";
import { Refusal } from "../domain/refusal.ts";
import { isSandboxNode, nodeOfAppKey, SANDBOX_MARK } from "../domain/sandbox.ts";
import {
  SANDBOX_STEP_NAMES,
  SANDBOX_STEPS,
  type SandboxPurpose,
  type SandboxStep,
  STEPS_FOR,
} from "../domain/sandbox-check.ts";
import { nodeSignedBytes } from "../statement/node-signed.ts";
import type { VerifyNode } from "./issuer-register.ts";

/** A step that a system has done: when last, in which call, with which certificate. */
export interface DoneStep {
  step: SandboxStep;
  /** RFC 3339, UTC. */
  at: string;
  method: string;
  requestId: string;
  /** Reason of the refusal, else `OK`. */
  outcome: string;
  /** Empty where the call was about none. */
  identifier: string;
  /** How often it was done. */
  times: number;
}

/** What a sandbox says of a department's system (6.2.4.1, 6.2.4.3): what it has done there, and when. */
export interface SandboxReport {
  schema: "ecert.sandbox-report.v1";
  /** The sandbox, whose key signs this. */
  node: string;
  /** AppKey in the sandbox, and its department. */
  app: string;
  department: string;
  /** RFC 3339, UTC. */
  madeAt: string;
  /** Calls of the app that the sandbox has recorded. */
  calls: number;
  /** What was done, in the order of {@link SANDBOX_STEP_NAMES}; what is not there was not. */
  done: DoneStep[];
}

const CONTEXT = "ecert.sandbox-report.v1";
/** Largest report that is read, in bytes: five steps take a twentieth of it. */
export const MAX_SANDBOX_REPORT_BYTES = 65_536;
/** A report, or a step in it, that is older tells nothing of the system as it is now: days. */
export const MAX_SANDBOX_REPORT_DAYS = 180;

/** Writes a report as a file: canonical JSON (RFC 8785), the node's signature (Ed25519, base64url) among its members. */
export function signedSandboxReport(report: SandboxReport, sign: (bytes: Uint8Array) => Uint8Array): Uint8Array {
  const signature = Buffer.from(sign(nodeSignedBytes(CONTEXT, report))).toString("base64url");
  return canonicalBytes({ ...report, signature });
}

/**
 * Reads a report. Pure: `verifies` holds a node's signature against the key of a sandbox that is trusted here. Refuses (`INVALID_FIELD`,
 * `TOO_LARGE`) what is no report in the form in which it was signed, and (`SIGNATURE_INVALID`) one of a sandbox that is not known here, or that was altered.
 */
export function readSandboxReport(bytes: Uint8Array, verifies: VerifyNode): SandboxReport {
  if (bytes.length > MAX_SANDBOX_REPORT_BYTES) {
    throw new Refusal("TOO_LARGE", `sandbox report: more than ${MAX_SANDBOX_REPORT_BYTES} bytes`);
  }
  const { signature, ...report } = parsed(bytes);
  const value = Buffer.from(typeof signature === "string" ? signature : "", "base64url");
  const { node } = report;
  const good = value.toString("base64url") === signature && isSandboxNode(node);
  if (!good || !verifies(node, nodeSignedBytes(CONTEXT, report), value)) {
    throw new Refusal("SIGNATURE_INVALID", "sandbox report: no sandbox that is trusted here has signed it", {
      localizedDetail: "报告不是本系统信任的沙箱签署的，或已被改动；请在沙箱重新检测并提交原文件",
      metadata: { node: String(node) },
    });
  }
  return report;
}

/** For whom and what a report is presented. */
export interface PresentedReport {
  purpose: SandboxPurpose;
  /** AppKey in production: that of the sandbox without the mark. */
  app: string;
  department: string;
  now: Date;
}

/**
 * Holds a report to the opening that it is attached to: this system of this department, all steps that the purpose needs, none of them too old. Refuses with
 * `SANDBOX_REPORT_REFUSED`, saying what is missing and what to do.
 */
export function requireSandboxReport(report: SandboxReport, { purpose, app, department, now }: PresentedReport): void {
  const expected = `${SANDBOX_MARK}${app}`;
  if (report.app !== expected || nodeOfAppKey(report.app) !== report.node) {
    throw refused(
      `is of app ${report.app}, not ${expected}`,
      `have ${expected} checked`,
      `报告属于应用${report.app}，应为${expected}`,
    );
  }
  if (report.department !== department) {
    throw refused(
      "is of another department",
      "have the department's own system checked",
      "报告属于其他部门，请提交本部门系统的报告",
    );
  }
  const days = (now.getTime() - instantOf(report.madeAt)) / 86_400_000;
  if (days > MAX_SANDBOX_REPORT_DAYS || days < -1) {
    const localized = `报告须在${MAX_SANDBOX_REPORT_DAYS}天内出具，请重新检测`;
    throw refused(`was made on ${report.madeAt}`, `check again: ${MAX_SANDBOX_REPORT_DAYS} days at most`, localized);
  }
  // A report of today may tell of steps of years ago: they say as little of the system as a report of then.
  const isRecent = ({ at }: DoneStep) => now.getTime() - instantOf(at) <= MAX_SANDBOX_REPORT_DAYS * 86_400_000;
  const done = new Set(report.done.filter(isRecent).map(({ step }) => step));
  const missing = STEPS_FOR[purpose].filter((step) => !done.has(step));
  if (missing.length === 0) return;
  const chinese = missing.map((step) => SANDBOX_STEPS[step]).join("、");
  throw refused(
    `lacks ${missing.join(", ")}`,
    "do it in the sandbox, then check again",
    `尚未完成：${chinese}；请在沙箱完成后重新检测`,
  );
}

function refused(description: string, remedy: string, localized: string): Refusal {
  const field = "sandbox_report";
  return new Refusal("SANDBOX_REPORT_REFUSED", `${field}: ${description}`, {
    fields: [{ field, description, remedy, localized }],
  });
}

function parsed(bytes: Uint8Array): SandboxReport & { signature: unknown } {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
    if (Buffer.compare(canonicalBytes(value), bytes) !== 0) throw new TypeError("not canonical");
  } catch (cause) {
    throw malformed("not in the form in which it is signed", cause);
  }
  if (!isReport(value)) throw malformed("not of ecert.sandbox-report.v1");
  return value;
}

function isReport(value: unknown): value is SandboxReport & { signature: unknown } {
  if (typeof value !== "object" || value === null) return false;
  const { schema, node, app, department, madeAt, calls, done } = value as Record<string, unknown>;
  const texts = [node, app, department, madeAt].every((one) => typeof one === "string");
  if (schema !== CONTEXT || !texts || !Number.isSafeInteger(calls) || !Array.isArray(done)) return false;
  return (
    isInstant(madeAt as string) && done.every(isDone) && new Set(done.map(({ step }) => step)).size === done.length
  );
}

function isDone(value: unknown): value is DoneStep {
  if (typeof value !== "object" || value === null) return false;
  const { step, at, method, requestId, outcome, identifier, times } = value as Record<string, unknown>;
  const texts = [at, method, requestId, outcome, identifier].every((one) => typeof one === "string");
  return texts && Number.isSafeInteger(times) && SANDBOX_STEP_NAMES.some((one) => one === step);
}

function malformed(what: string, cause?: unknown): Refusal {
  return new Refusal("INVALID_FIELD", `sandbox report: ${what}`, {
    localizedDetail: "不是沙箱检测报告的原文件，请提交沙箱给出的文件",
    ...(cause !== undefined && { cause }),
  });
}
