import type { ListLine } from "../../domain/obligatory-list.ts";
import type { Reason } from "../../domain/reason.ts";
import { type FieldViolation, Refusal } from "../../domain/refusal.ts";
import type { CatalogContext } from "../context.ts";
import { newestVersion, publishedVersion } from "../items/item.ts";
import { knownDepartment } from "../registry/departments.ts";

/**
 * Refuses lines that put an item which the province has not published (`ITEM_UNKNOWN`, `ITEM_UNPUBLISHED`), or name a department that is
 * not registered here (`DEPARTMENT_UNKNOWN`); every line of the first kind of fault at once.
 */
export async function requireKnown(context: CatalogContext, lines: readonly ListLine[]): Promise<void> {
  const faults = new Map<Reason, FieldViolation[]>();
  const items = new Map<string, Reason | undefined>();
  const departments = new Map<string, boolean>();
  const add = (reason: Reason, told: FieldViolation) => faults.set(reason, [...(faults.get(reason) ?? []), told]);
  for (const [index, line] of lines.entries()) {
    if (line.end) continue;
    const { itemCode } = line;
    if (!items.has(itemCode)) items.set(itemCode, await itemFault(context, itemCode));
    const reason = items.get(itemCode);
    if (reason) add(reason, itemTold(`change.lines[${index}].item_code`, itemCode));
    for (const code of line.departments) {
      if (!departments.has(code)) departments.set(code, (await knownDepartment(context, code)) !== undefined);
      if (!departments.get(code)) add("DEPARTMENT_UNKNOWN", departmentTold(`change.lines[${index}].departments`, code));
    }
  }
  for (const [reason, fields] of faults) {
    const [first] = fields;
    throw new Refusal(reason, `${first?.field}: ${first?.description}`, { fields });
  }
}

async function itemFault({ items }: CatalogContext, code: string): Promise<Reason | undefined> {
  if (await publishedVersion(items, code)) return undefined;
  return (await newestVersion(items, code)) ? "ITEM_UNPUBLISHED" : "ITEM_UNKNOWN";
}

function itemTold(field: string, code: string): FieldViolation {
  return {
    field,
    description: `the province has published no item ${code}`,
    remedy: "name an item of the province's catalog",
    localized: `全省证照目录中没有已发布的目录项${code}，请从全省目录中选取`,
  };
}

function departmentTold(field: string, code: string): FieldViolation {
  return {
    field,
    description: `no department ${code} at this node`,
    remedy: "register it first, or leave it to the division to name it",
    localized: `本节点没有部门${code}，请先登记，或由下级自行明确发证部门`,
  };
}
