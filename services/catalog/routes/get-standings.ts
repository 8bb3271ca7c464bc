import { setImmediate as nextTurn } from "node:timers/promises";
import type { ListService } from "../../../proto/gen/ecert/catalog/v1/list_service_pb.ts";
import { type Department, MatterSchema } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { isWithin } from "../../domain/division.ts";
import { isUsable } from "../../domain/usage-opening.ts";
import { readRecord } from "../../registry/keep-record.ts";
import type { CatalogContext } from "../context.ts";
import { knownDepartment, superiorsOf } from "../registry/departments.ts";
import { haltOf } from "../registry/halt.ts";
import { openingsFor } from "../registry/openings.ts";

/** Items that are looked at before other calls are served. */
const BETWEEN_TURNS = 50;

/** 6.2.5.2: what stands of items and matters on a day, for whoever follows a plan. What is not known here is not reached. */
export function getStandings(context: CatalogContext): Handlers<typeof ListService>["getStandings"] {
  return async ({ items, matters, day, division }) => {
    const issuers = new Map<string, Promise<Issuer | undefined>>();
    // Of many items of a department it is read once.
    const issuerOf = (code: string) => {
      const known = issuers.get(code) ?? issuerWithin(context, code, division);
      issuers.set(code, known);
      return known;
    };
    const told = { items: [] as { listed: boolean; openSince: string }[], matters: [] as { usedSince: string }[] };
    for (const [index, { itemCode, departmentCode }] of items.entries()) {
      told.items.push(await itemOf(context, itemCode, await issuerOf(departmentCode), day));
      // SQLite answers within the turn: so many questions would hold up every other call.
      if (index % BETWEEN_TURNS === 0) await nextTurn();
    }
    for (const code of matters) told.matters.push({ usedSince: await usedSince(context, code, { division, day }) });
    return told;
  };
}

/** A department that issues, and those above it whose openings may serve it. */
interface Issuer {
  department: Department;
  superiors: readonly string[];
}

/** The department, where it serves the division or one below and was not closed. */
async function issuerWithin(context: CatalogContext, code: string, division: string): Promise<Issuer | undefined> {
  const department = await departmentWithin(context, code, division);
  if (!department || department.closed) return undefined;
  return { department, superiors: await superiorsOf(context, department) };
}

async function itemOf(context: CatalogContext, itemCode: string, issuer: Issuer | undefined, day: string) {
  if (!issuer) return { listed: false, openSince: "" };
  const { department, superiors } = issuer;
  const openings = await openingsFor(context, itemCode, [department.code, ...superiors]);
  const [openSince = ""] = openings
    .filter((one) => one.department === department.code || one.forUnits === true)
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
