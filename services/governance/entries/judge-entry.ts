import type { DepartmentEntry } from "../../../proto/gen/ecert/governance/v1/entry_pb.ts";
import { type CallContext, onBehalf } from "../../call/chain/service.ts";
import type { StaffActor } from "../../domain/actor.ts";
import { shanghaiDay } from "../../domain/civil-date.ts";
import { departmentClosed } from "../../domain/closed-department.ts";
import { isWithin } from "../../domain/division.ts";
import type { Reach } from "../../domain/permit.ts";
import { Refusal, refuseField } from "../../domain/refusal.ts";
import { socialCreditCodeFault } from "../../domain/social-credit-code.ts";
import type { GovernanceContext } from "../context.ts";
import { requireDivision } from "../divisions/find-division.ts";
import { papersOf } from "../papers/paper-view.ts";
import type { EntryForm } from "./entry-record.ts";

/** The form that a request gives, as it is kept. `filledBy`: whose papers it may name. Refuses what is wrong with it by itself. */
export async function formOf(
  context: GovernanceContext,
  { code, name, division, superiorCode, administrator, ...given }: DepartmentEntry,
  filledBy: string,
): Promise<EntryForm> {
  requireCode(code, "entry.code");
  if (superiorCode !== "") requireCode(superiorCode, "entry.superior_code");
  if (superiorCode === code) throw ownSuperior();
  const units = given.units.map((unit, at) => {
    const field = `entry.units[${at}]`;
    requireCode(unit.code, `${field}.code`);
    const twice = unit.code === code || given.units.findIndex((one) => one.code === unit.code) !== at;
    if (twice) throw refuseField("INVALID_FIELD", `${field}.code`, "stands twice", "name each once", "重复，请删除");
    const own = unit.division === "" ? division : unit.division;
    if (!isWithin(own, division)) {
      const remedy = "let the body of that division enter it";
      const localized = "不在该部门的行政区划内，请由所在区划办理进驻";
      throw refuseField("INVALID_FIELD", `${field}.division`, "lies outside that of the department", remedy, localized);
    }
    return { code: unit.code, name: unit.name, division: own };
  });
  const { account = "", name: person = "" } = administrator ?? {};
  const node = context.runtime.config.node.code;
  if (!account.startsWith(`${node}-`)) {
    const field = "entry.administrator.account";
    const localized = `账户名应以本节点${node}-开头`;
    throw refuseField("INVALID_FIELD", field, "names another node", `let it begin with ${node}-`, localized);
  }
  return {
    ...{ code, name, division, superior: superiorCode, units, administrator: { account, name: person } },
    internalBodies: given.internalBodies.map(({ name, duties }) => ({ name, duties })),
    seals: given.seals.map(({ name, purpose }) => ({ name, purpose })),
    papers: await papersOf(context, given.papers, filledBy, "entry.papers"),
  };
}

/**
 * Holds a form against what is there: its divisions exist today, a department that is registered already is at work in the same division, a unit is not
 * another department's. Refuses `DIVISION_UNKNOWN`, `DEPARTMENT_CLOSED`, `ALREADY_EXISTS`.
 */
export async function requireEnterable(context: GovernanceContext, form: EntryForm, call: CallContext): Promise<void> {
  const day = shanghaiDay(context.runtime.now());
  await requireDivision(context, form.division, day, "entry.division");
  const divisions = new Map(form.units.map(({ division }, at) => [division, at]));
  for (const [division, at] of divisions) await requireDivision(context, division, day, `entry.units[${at}].division`);
  await requireFree(context, form, onBehalf(call));
}

/** What is registered already must fit the form; told on `options` of a call, so that it is asked again when the entry is set up. */
export async function requireFree(
  context: GovernanceContext,
  { code, division, superior, units }: EntryForm,
  options: ReturnType<typeof onBehalf>,
): Promise<void> {
  const here = await registered(context, code, options);
  if (here?.closed) throw departmentClosed("entry.code", code);
  if (here && here.division !== division) throw elsewhere(code, here.division);
  if (here && here.superiorCode !== "" && here.superiorCode !== superior) throw underAnother(here.superiorCode);
  if (superior !== "") {
    const above = await registered(context, superior, options);
    if (!above) throw noSuperior(superior);
    if (above.closed) throw departmentClosed("entry.superior_code", superior);
  }
  for (const [at, unit] of units.entries()) {
    const known = await registered(context, unit.code, options);
    if (known?.closed) throw departmentClosed(`entry.units[${at}].code`, unit.code);
    if (known && known.superiorCode !== "" && known.superiorCode !== code) throw otherUnit(at, known.superiorCode);
    if (known && !isWithin(known.division, division)) throw otherUnit(at, known.division);
  }
}

async function registered({ registry }: GovernanceContext, code: string, options: ReturnType<typeof onBehalf>) {
  try {
    return (await registry.getDepartment({ code }, options)).department;
  } catch (error) {
    if (error instanceof Refusal && error.reason === "DEPARTMENT_UNKNOWN") return undefined;
    throw error;
  }
}

/** Refuses (`PERMISSION_DENIED`) a form that is not the caller's to fill in: of a department its own units in its division, of a body its division and below. */
export function requireOwn(
  reach: Reach,
  { division, superior }: Pick<EntryForm, "division" | "superior">,
  { division: own }: Pick<StaffActor, "division">,
): void {
  if (reach.kind === "all") return;
  if (reach.kind === "department" && superior === reach.department && isWithin(division, own)) return;
  if (reach.kind === "division" && division.startsWith(reach.prefix)) return;
  const description = "is not yours to enter: a department enters its own units, a body departments of its division";
  const remedy = "ask the management body of that division";
  const localized = "不在您的管理范围内：部门办理本部门下属单位进驻，管理机构办理本区划内部门进驻";
  throw refuseField("PERMISSION_DENIED", "entry.code", description, remedy, localized);
}

function requireCode(code: string, field: string): void {
  const fault = socialCreditCodeFault(code);
  if (fault === undefined) return;
  throw refuseField(
    "CODE_INVALID",
    field,
    fault,
    "compare it with the certificate of the organisation",
    "统一社会信用代码有误，请核对",
  );
}

function ownSuperior(): Refusal {
  const field = "entry.superior_code";
  const localized = "部门不能是自己的上级，没有上级的留空";
  return refuseField("INVALID_FIELD", field, "a department is not its own superior", "name the one above", localized);
}

function elsewhere(code: string, division: string): Refusal {
  const description = `department ${code} is registered in division ${division}`;
  const localized = `该部门已在区划${division}登记，请核对`;
  return refuseField("ALREADY_EXISTS", "entry.division", description, "look which division is right", localized);
}

function underAnother(superior: string): Refusal {
  const description = `the department is registered under ${superior}`;
  const localized = `该部门已登记在${superior}之下，请填写该上级部门，或先办理变更`;
  const remedy = `name ${superior}, or change that first`;
  return refuseField("ALREADY_EXISTS", "entry.superior_code", description, remedy, localized);
}

function noSuperior(code: string): Refusal {
  const localized = `上级部门${code}尚未登记，请先办理其进驻`;
  const remedy = "let it enter first";
  return refuseField("DEPARTMENT_UNKNOWN", "entry.superior_code", `no department ${code}`, remedy, localized);
}

function otherUnit(at: number, whose: string): Refusal {
  const field = `entry.units[${at}].code`;
  const description = `the unit is registered under ${whose}`;
  const localized = `该单位已登记在${whose}之下，请先办理变更`;
  return refuseField("ALREADY_EXISTS", field, description, "change that first", localized);
}
