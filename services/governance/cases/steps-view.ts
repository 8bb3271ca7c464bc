import type { TakenStep } from "../../domain/procedure.ts";
import type { CaseFault } from "./case-record.ts";

/** Steps of a case as contracts show them. */
export function stepsView(steps: readonly TakenStep<string>[]) {
  return steps.map(({ department: departmentCode, ...step }) => ({ ...step, departmentCode }));
}

/** What stands in the way of a case, in both languages. Empty: nothing. */
export function faultText(fault: CaseFault | undefined): string {
  return fault ? `${fault.localized} · ${fault.message}` : "";
}
