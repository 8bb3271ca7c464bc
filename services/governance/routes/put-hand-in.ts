import type { Department } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import type { HandInService } from "../../../proto/gen/ecert/governance/v1/hand_in_service_pb.ts";
import { callerName } from "../../call/chain/caller.ts";
import { type CallContext, type Handlers, onBehalf } from "../../call/chain/service.ts";
import { departmentClosed } from "../../domain/closed-department.ts";
import { isWithinReach } from "../../domain/permit.ts";
import { refuseField } from "../../domain/refusal.ts";
import type { GovernanceContext } from "../context.ts";
import { handInFormatOf, handInKindOf } from "../hand-ins/hand-in-view.ts";
import { digestOfRows, keepHandIn, newestHandIn, rowsBeyond } from "../hand-ins/keep-hand-in.ts";
import { papersOf } from "../papers/paper-view.ts";

const FAULTS_TOLD = 500;

/** 6.4.2.1: takes a list that a department hands in, all of it or nothing. */
export function putHandIn(context: GovernanceContext): Handlers<typeof HandInService>["putHandIn"] {
  return async ({ departmentCode: code, kind: asked, format, file, papers: named, dryRun }, call) => {
    const { division } = await requireOwn(context, code, call);
    const kind = handInKindOf(asked);
    const owner = call.caller.kind === "staff" ? call.caller.department : code;
    const papers = await papersOf(context, named, owner, "papers");
    const { rows, faults } = await context.handInFiles.run({ bytes: file, format: handInFormatOf(format), kind });
    if (faults.length > 0)
      return { rows: rows.length, faults: faults.slice(0, FAULTS_TOLD), faultCount: faults.length };
    const before = (await newestHandIn(context, code, kind))?.rows ?? [];
    const told = { rows: rows.length, added: rowsBeyond(rows, before), removed: rowsBeyond(before, rows) };
    if (dryRun) return told;
    const by = callerName(call.caller);
    const given = { department: code, division, kind, rows, sha256: digestOfRows(rows), papers, by };
    return { ...told, version: (await keepHandIn(context, given)).version };
  };
}

async function requireOwn({ registry }: GovernanceContext, code: string, call: CallContext): Promise<Department> {
  const department = (await registry.getDepartment({ code }, onBehalf(call))).department as Department;
  if (!isWithinReach(call.reach, { ...department, department: code })) {
    const remedy = "let the department, or the management body of its division, hand it in";
    const localized = "该部门不在您的管理范围内，请由该部门或其管理机构提交";
    throw refuseField("PERMISSION_DENIED", "department_code", "is not yours", remedy, localized);
  }
  if (department.closed) throw departmentClosed("department_code", code);
  return department;
}
