import { type SandboxCall, SandboxStep as StepCode } from "../../../proto/gen/ecert/governance/v1/sandbox_pb.ts";
import { SANDBOX_STEP_NAMES, SANDBOX_STEPS, type SandboxStep } from "../../domain/sandbox-check.ts";
import type { SandboxReport } from "../../trust/sandbox-report.ts";
import type { SandboxAppDocument, SandboxCallDocument } from "./sandbox-records.ts";

const CODES: Readonly<Record<SandboxStep, StepCode>> = {
  issued: StepCode.ISSUED,
  replaced: StepCode.REPLACED,
  used: StepCode.USED,
  revoked: StepCode.REVOKED,
  refused: StepCode.REFUSED,
};

/** A call as it is told. */
export function callView(document: SandboxCallDocument): Omit<SandboxCall, "$typeName" | "$unknown"> {
  const { number, time, method, outcome, fields, identifier, item, requestId, ms } = document;
  return {
    ...{ number: BigInt(number), time, method, outcome, fields, identifier, itemCode: item, requestId },
    milliseconds: ms,
  };
}

/** How it stands with each of the five steps. */
export function stepViews({ marks }: SandboxAppDocument) {
  return SANDBOX_STEP_NAMES.map((name) => {
    const { time = "", method = "", outcome = "", identifier = "", times = 0 } = marks[name] ?? {};
    const told = { step: CODES[name], name: SANDBOX_STEPS[name], done: marks[name] !== undefined };
    return { ...told, time, method, outcome, identifier, times: BigInt(times) };
  });
}

/** The report of an app as a sandbox signs it. */
export function reportOf(app: SandboxAppDocument, node: string, now: Date): SandboxReport {
  const { _id, department, calls, marks } = app;
  const done = SANDBOX_STEP_NAMES.flatMap((step) => {
    const mark = marks[step];
    if (!mark) return [];
    const { time, ...rest } = mark;
    return [{ step, at: time, ...rest }];
  });
  const head = { schema: "ecert.sandbox-report.v1", node, app: _id, department, calls } as const;
  return { ...head, madeAt: now.toISOString(), done };
}
