import { type Refusal, refuseField } from "./refusal.ts";

/** The refusal for a department that was abolished. */
export function departmentClosed(field: string, code: string): Refusal {
  const remedy = "name the department that has taken over its tasks";
  const localized = `部门${code}已撤销，请填写承接其职责的部门`;
  return refuseField("DEPARTMENT_CLOSED", field, `department ${code} has been closed`, remedy, localized);
}
