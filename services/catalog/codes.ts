import { isCivilDate } from "../domain/civil-date.ts";
import { refuseField } from "../domain/refusal.ts";
import { socialCreditCodeFault } from "../domain/social-credit-code.ts";
import type { CatalogContext } from "./context.ts";
import { knownDepartment } from "./departments.ts";

/** Refuses a social credit code whose check character is wrong (GB 32100). */
export function requireCreditCode(field: string, code: string): void {
  const fault = socialCreditCodeFault(code);
  if (fault !== undefined) throw refuseField("CODE_INVALID", field, fault, "copy the 18 characters from the register");
}

/** Refuses a day that the calendar does not have. */
export function requireDay(field: string, day: string): void {
  if (isCivilDate(day)) return;
  throw refuseField("INVALID_FIELD", field, `${day} is not a day of the calendar`, "give a day as yyyy-MM-dd");
}

/** Refuses a department that is not registered at this node; at the province one that no node has registered. */
export async function requireDepartment(context: CatalogContext, field: string, code: string): Promise<void> {
  requireCreditCode(field, code);
  if (await knownDepartment(context, code)) return;
  throw refuseField(
    "DEPARTMENT_UNKNOWN",
    field,
    `no department ${code} at this node`,
    "register it with PutDepartment",
  );
}
