import type { Department } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import { type CallContext, onBehalf } from "../../call/chain/service.ts";
import { isCivilDate, shanghaiDay } from "../../domain/civil-date.ts";
import { departmentClosed } from "../../domain/closed-department.ts";
import { isWithin } from "../../domain/division.ts";
import { isWithinReach } from "../../domain/permit.ts";
import { Refusal, refuseField } from "../../domain/refusal.ts";
import type { GovernanceContext } from "../context.ts";
import type { ChangeOrder } from "./change-record.ts";

/** Departments above another that are looked at. */
const LEVELS = 5;

/**
 * Holds an order against what is there: the department is at work and the caller's, the day is not over, who takes over is at work, and the order has the
 * members of its kind and no others. Gives the department.
 */
export async function judgedDepartment(
  context: GovernanceContext,
  code: string,
  order: ChangeOrder,
  call: CallContext,
): Promise<Department> {
  const department = await atWork(context, code, "change.department_code", call);
  const mine = call.reach.kind === "division" ? isWithinReach(call.reach, { ...department, department: code }) : true;
  if (!mine || (call.reach.kind === "department" && call.reach.department !== code)) throw notYours();
  requireDay(order.effectiveOn, shanghaiDay(context.runtime.now()));
  requireMembers(order);
  if (order.kind === "rename" && order.newName === department.name) {
    const localized = "与现名相同，请填写新名称";
    throw refuseField("INVALID_FIELD", "change.new_name", "is the name that it has", "give the new name", localized);
  }
  for (const [to, field] of takingOver(order)) {
    if (to === code) {
      const localized = "不能由本部门承接，请填写其他部门";
      throw refuseField("INVALID_FIELD", field, "is the department itself", "name another one", localized);
    }
    await requireApart(context, order, to, { code, field, call });
  }
  return department;
}

/**
 * Who takes over does not lie among the units that go to it: it would be its own superior, and the change never done. Refuses (`INVALID_FIELD`) that.
 */
async function requireApart(
  context: GovernanceContext,
  order: ChangeOrder,
  to: string,
  { code, field, call }: { code: string; field: string; call: CallContext },
): Promise<void> {
  let below: Department | undefined = await atWork(context, to, field, call);
  for (let level = 0; level < LEVELS && below; level++) {
    const { code: unit } = below;
    if (below.superiorCode === code) {
      const moved = order.kind === "merge" || order.transfers.some(({ units }) => units.includes(unit));
      if (!moved) return;
      const description = `lies in unit ${unit}, which it would take over`;
      const remedy = `put ${unit} below another superior first`;
      const localized = `承接部门属于由其承接的下属单位${unit}，请先变更${unit}的上级部门`;
      throw refuseField("INVALID_FIELD", field, description, remedy, localized);
    }
    below = await superiorOf(context, below, call);
  }
}

async function superiorOf({ registry }: GovernanceContext, { superiorCode: code }: Department, call: CallContext) {
  if (code === "") return undefined;
  try {
    return (await registry.getDepartment({ code }, onBehalf(call))).department;
  } catch (error) {
    if (error instanceof Refusal && error.reason === "DEPARTMENT_UNKNOWN") return undefined;
    throw error;
  }
}

/** On confirming: who takes over lies below the body that confirms, which speaks for nobody else. */
export async function requireBelow(context: GovernanceContext, order: ChangeOrder, call: CallContext): Promise<void> {
  if (call.caller.kind !== "staff") return;
  for (const [to, field] of takingOver(order)) {
    const { division } = await atWork(context, to, field, call);
    if (isWithin(division, call.caller.division)) continue;
    const remedy = "let the body confirm that is above both";
    const localized = "承接部门不在您的管理范围内，请由共同的上级管理机构确认";
    throw refuseField("PERMISSION_DENIED", field, "is not below your management body", remedy, localized);
  }
}

/** Who takes over anything, each with its field. */
function takingOver({ kind, successor, transfers }: ChangeOrder): [string, string][] {
  if (kind === "merge") return [[successor, "change.successor_code"]];
  return transfers.map(({ to }, at) => [to, `change.transfers[${at}].to_code`]);
}

async function atWork({ registry }: GovernanceContext, code: string, field: string, call: CallContext) {
  try {
    const department = (await registry.getDepartment({ code }, onBehalf(call))).department as Department;
    if (department.closed) throw departmentClosed(field, code);
    return department;
  } catch (error) {
    if (!(error instanceof Refusal) || error.reason !== "DEPARTMENT_UNKNOWN") throw error;
    const localized = `没有部门${code}，请核对代码，或先办理其进驻`;
    throw refuseField("DEPARTMENT_UNKNOWN", field, `no department ${code}`, "let it enter first", localized);
  }
}

function requireDay(day: string, today: string): void {
  if (isCivilDate(day) && day >= today) return;
  const description = isCivilDate(day) ? `is over: today is ${today}` : "is no day of the calendar";
  const localized = isCivilDate(day) ? `早于今日${today}` : "不是有效日期，应为yyyy-MM-dd";
  throw refuseField("INVALID_FIELD", "change.effective_on", description, "give today or a later day", localized);
}

/** What an order of a kind has, and others have not. */
function requireMembers({ kind, newName, successor, transfers }: ChangeOrder): void {
  const members = [
    ["rename", "new_name", newName !== "", "新名称"],
    ["merge", "successor_code", successor !== "", "承接部门"],
    ["split", "transfers", transfers.length > 0, "拆分去向"],
  ] as const;
  for (const [whose, field, given, chinese] of members) {
    if ((kind === whose) === given) continue;
    const description = given ? `is no member of this kind of change` : "is missing";
    const remedy = given ? "leave it out, or choose another kind" : "say it";
    const localized = given ? `该变更类型不填写${chinese}` : `请填写${chinese}`;
    throw refuseField("INVALID_FIELD", `change.${field}`, description, remedy, localized);
  }
}

function notYours(): Refusal {
  const remedy = "ask the department, or the management body of its division";
  const localized = "该部门不在您的管理范围内，请由该部门或其管理机构办理";
  return refuseField("PERMISSION_DENIED", "change.department_code", "is not yours to change", remedy, localized);
}
