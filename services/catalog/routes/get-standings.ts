import type { ListService } from "../../../proto/gen/ecert/catalog/v1/list_service_pb.ts";
import { MatterSchema } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { isWithin } from "../../domain/division.ts";
import { isUsable } from "../../domain/usage-opening.ts";
import { readRecord } from "../../registry/keep-record.ts";
import type { CatalogContext } from "../context.ts";
import { knownDepartment, superiorsOf } from "../registry/departments.ts";
import { haltOf } from "../registry/halt.ts";
import { openingsFor } from "../registry/openings.ts";

/** 6.2.5.2: what stands of items and matters on a day, for whoever follows a plan. What is not known here is not reached. */
export function getStandings(context: CatalogContext): Handlers<typeof ListService>["getStandings"] {
  return async ({ items, matters, day, division }) => {
    const told = { items: [] as { listed: boolean; openSince: string }[], matters: [] as { usedSince: string }[] };
    for (const { itemCode, departmentCode } of items)
      told.items.push(await itemOf(context, itemCode, { departmentCode, division, day }));
    for (const code of matters) told.matters.push({ usedSince: await usedSince(context, code, { division, day }) });
    return told;
  };
}

async function itemOf(
  context: CatalogContext,
  itemCode: string,
  { departmentCode, division, day }: { departmentCode: string; division: string; day: string },
) {
  const department = await departmentWithin(context, departmentCode, division);
  if (!department || department.closed) return { listed: false, openSince: "" };
  const superiors = await superiorsOf(context, department);
  const openings = await openingsFor(context, itemCode, [departmentCode, ...superiors]);
  const [openSince = ""] = openings
    .filter((one) => one.department === departmentCode || one.forUnits === true)
    .filter(({ opensOn, closesOn = "", halt }) => !halt && opensOn <= day && (closesOn === "" || closesOn >= day))
    .map(({ opensOn }) => opensOn)
    .sort();
  return { listed: await context.listSource.stands(department.division, itemCode, day), openSince };
}

async function usedSince(
  context: CatalogContext,
  code: string,
  { division, day }: { division: string; day: string },
): Promise<string> {
  const matter = await readRecord(context, MatterSchema, "matter", context.runtime.config.node.code, code);
  if (!matter) return "";
  const { halt, ...rest } = matter;
  if (!isUsable({ ...rest, ...haltOf(halt) }, day)) return "";
  return (await departmentWithin(context, matter.departmentCode, division)) ? matter.enabledOn : "";
}

/** The department, where it serves the division or one below. */
async function departmentWithin(context: CatalogContext, code: string, division: string) {
  const department = await knownDepartment(context, code);
  return department && isWithin(department.division, division) ? department : undefined;
}
