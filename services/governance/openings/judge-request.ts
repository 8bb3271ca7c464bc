import type { OpeningRequest } from "../../../proto/gen/ecert/governance/v1/opening_request_service_pb.ts";
import { type CallContext, onBehalf } from "../../call/chain/service.ts";
import { departmentClosed } from "../../domain/closed-department.ts";
import { isWithinReach } from "../../domain/permit.ts";
import { refuseField } from "../../domain/refusal.ts";
import type { GovernanceContext } from "../context.ts";
import type { CasePaper } from "../papers/paper-record.ts";
import { judgedReport } from "../sandbox/judge-report.ts";
import { putDelegation, putForUnit, putUsage } from "./put-opening.ts";

/** Units that are tried at once. */
const AT_ONCE = 20;

/** What a request is about: two that are open for the same would undo each other. */
export function subjectKey({ departmentCode, subject }: OpeningRequest): string {
  if (subject.case === "usage") return `usage/${departmentCode}/${subject.value.matterCode}`;
  if (subject.case === "delegation") return `delegation/${departmentCode}/${subject.value.appKey}`;
  const { itemCode = "", appKey = "" } = subject.value ?? {};
  return `issuing/${departmentCode}/${itemCode}/${appKey}`;
}

/**
 * Holds a request against what the catalog would refuse, for the department and each of its units, without changing anything; resolves to
 * the division of the department. Refuses another's department and, of a body, units beyond it (`PERMISSION_DENIED`), a closed one, and all that
 * PutIssuingOpening, PutMatter and PutDelegation refuse.
 */
export async function judgedRequest(
  context: GovernanceContext,
  request: OpeningRequest,
  papers: readonly CasePaper[],
  call: CallContext,
): Promise<string> {
  const { departmentCode: code, subject, unitCodes } = request;
  const options = onBehalf(call);
  const { department } = await context.registry.getDepartment({ code }, options);
  const division = department?.division ?? "";
  if (!isWithinReach(call.reach, { department: code, division })) throw anothers();
  if (department?.closed) throw departmentClosed("request.department_code", code);
  if (subject.case === "usage") {
    if (unitCodes.length > 0) throw notForUnits();
    const [app = ""] = subject.value.appKeys;
    await judgedReport(context, papers, { purpose: "usage", app, department: code });
    await putUsage(context, code, subject.value, { ...options, validateOnly: true });
    return division;
  }
  if (subject.case === "delegation") {
    if (unitCodes.length > 0) throw notForUnits();
    if (subject.value.departmentCode !== code) throw anothersSubject("request.delegation.department_code");
    await putDelegation(context, subject.value, { ...options, validateOnly: true });
    return division;
  }
  if (subject.case !== "issuing") return division;
  if (subject.value.departmentCode !== code) throw anothersSubject("request.issuing.department_code");
  await judgedReport(context, papers, { purpose: "issuing", app: subject.value.appKey, department: code });
  const codes = [code, ...unitCodes];
  for (let from = 0; from < codes.length; from += AT_ONCE) {
    const some = codes.slice(from, from + AT_ONCE);
    await Promise.all(some.map((unit, at) => requireBelow(context, unit, from + at - 1, call)));
    await Promise.all(some.map((unit) => putForUnit(context, subject.value, unit, { ...options, validateOnly: true })));
  }
  return division;
}

/** A body speaks for departments of its division and below alone: to the catalog the request is the node's own, which reaches all. */
async function requireBelow(
  { registry }: GovernanceContext,
  code: string,
  at: number,
  call: CallContext,
): Promise<void> {
  const { reach } = call;
  if (at < 0 || reach.kind !== "division") return;
  const { department } = await registry.getDepartment({ code }, onBehalf(call));
  if (isWithinReach(reach, { department: code, division: department?.division ?? "" })) return;
  const field = `request.unit_codes[${at}]`;
  const localized = "该单位不在您的管理范围内，请由共同的上级管理机构确认";
  const remedy = "let the body confirm that is above all of them";
  throw refuseField("PERMISSION_DENIED", field, "is not below your management body", remedy, localized);
}

function anothers() {
  const description = "is not yours to ask for";
  const localized = "只能为本部门申请开通";
  return refuseField("PERMISSION_DENIED", "request.department_code", description, "name your own", localized);
}

function anothersSubject(field: string) {
  const localized = "应为申请部门；发证开通涉及其他单位的，请填写unit_codes";
  const remedy = "name the one that asks; of an opening, units in unit_codes";
  return refuseField("INVALID_FIELD", field, "is not the department that asks", remedy, localized);
}

function notForUnits() {
  const description = "matters and delegations are of one department";
  const localized = "事项用证和委托办理由各部门分别申请，请去掉unit_codes";
  return refuseField("INVALID_FIELD", "request.unit_codes", description, "let each department ask", localized);
}
