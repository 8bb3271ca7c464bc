import { isCivilDate } from "../domain/civil-date.ts";
import { departmentClosed } from "../domain/closed-department.ts";
import { localizedCodeFault } from "../domain/holder-code.ts";
import { refuseField } from "../domain/refusal.ts";
import { socialCreditCodeFault } from "../domain/social-credit-code.ts";
import type { DepartmentSource } from "./department-source.ts";

/** Refuses a social credit code whose check character is wrong (GB 32100). */
export function requireCreditCode(field: string, code: string): void {
  const fault = socialCreditCodeFault(code);
  if (fault !== undefined)
    throw refuseField(
      "CODE_INVALID",
      field,
      fault,
      "copy the 18 characters from the register",
      localizedCodeFault(fault),
    );
}

/** Refuses a day that the calendar does not have. */
export function requireDay(field: string, day: string): void {
  if (isCivilDate(day)) return;
  throw refuseField(
    "INVALID_FIELD",
    field,
    `${day} is not a day of the calendar`,
    "give a day as yyyy-MM-dd",
    `日历上没有${day}，日期应为yyyy-MM-dd，例如2026-01-31`,
  );
}

/**
 * Refuses a department that is not registered at this node, at the province one that no node has registered; and, where something new is registered for it,
 * one that was closed.
 */
export async function requireDepartment(
  source: DepartmentSource,
  field: string,
  code: string,
  { isNew }: { isNew: boolean },
): Promise<void> {
  requireCreditCode(field, code);
  const department = await source.department(code);
  if (department?.closed && isNew) throw departmentClosed(field, code);
  if (department) return;
  throw refuseField(
    "DEPARTMENT_UNKNOWN",
    field,
    `no department ${code} at this node`,
    "register it with PutDepartment",
    `本节点没有部门${code}，请先登记该部门（PutDepartment）`,
  );
}

/** Refuses an AppKey that is none of a node's. */
export function requireKeyOf(node: string, field: string, key: string): void {
  if (key.startsWith(`${node}-`)) return;
  const remedy = `choose a key like ${node}-scjg-approval`;
  throw refuseField(
    "INVALID_FIELD",
    field,
    `must begin with the node's code, ${node}-`,
    remedy,
    `应以本节点代码开头，例如${node}-scjg-approval`,
  );
}
