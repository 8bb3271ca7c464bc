import { isWithinReach, type Reach } from "../domain/permit.ts";
import { Refusal, refuseField } from "../domain/refusal.ts";
import { divisionOfNode } from "../domain/sandbox.ts";
import type { Runtime } from "../node/runtime.ts";
import type { DepartmentSource } from "./department-source.ts";

/** Whether a department, known by its code, lies within reach; one that is not registered lies within nobody's but the node's. */
export async function isDepartmentWithin(source: DepartmentSource, reach: Reach, code: string): Promise<boolean> {
  if (reach.kind === "all") return true;
  const department = await source.department(code);
  return department !== undefined && isWithinReach(reach, { ...department, department: code });
}

/** Refuses (`PERMISSION_DENIED`) to change a record for, or take it from, a department that lies beyond reach; `codes` may name one twice. */
export async function requireReach(
  source: DepartmentSource,
  reach: Reach,
  field: string,
  codes: readonly (string | undefined)[],
): Promise<void> {
  if (reach.kind === "all") return;
  for (const code of new Set(codes)) {
    if (code !== undefined && !(await isDepartmentWithin(source, reach, code))) throw beyondReach(field, code);
  }
}

/** The refusal of a department beyond reach. */
export function beyondReach(field: string, code: string): Refusal {
  const description = `department ${code} is not one of your division or below`;
  const remedy = "name one that is, or ask the management body of its division";
  const localized = `部门${code}不属于您所辖的行政区划，请填写所辖部门，或由其所属的电子证照管理机构办理`;
  return refuseField("PERMISSION_DENIED", field, description, remedy, localized);
}

/** Refuses a list of the whole node to whoever does not see all of it: it is read by its key alone, so it cannot be held to a division. */
export function requireWholeNode({ runtime }: { runtime: Runtime }, reach: Reach): void {
  const { code } = runtime.config.node;
  if (reach.kind === "all" || (reach.kind === "division" && divisionOfNode(code).startsWith(reach.prefix))) return;
  const message = `the list is of the whole node ${code}, and you see a part of it: read single records`;
  const localizedDetail = `该列表包含整个节点${code}的记录，超出您的管辖范围，请按代码逐条查询`;
  throw new Refusal("PERMISSION_DENIED", message, { localizedDetail });
}
