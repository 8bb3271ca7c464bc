import { DepartmentSchema, IssuingOpeningSchema } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import { divisionFault } from "../../domain/division.ts";
import { type ListLine, shortForm } from "../../domain/obligatory-list.ts";
import { divisionOfNode } from "../../domain/sandbox.ts";
import { BY_NODE } from "../../registry/record.ts";
import { storedValue } from "../../registry/stored-value.ts";
import { insertNew } from "../../store/insert-new.ts";
import { allOf } from "../../store/pages-of.ts";
import type { CatalogContext } from "../context.ts";
import { superiorsOf } from "../registry/departments.ts";
import type { RecordKind, RegistryDocument } from "../stored/records.ts";
import { carryOut } from "./publish.ts";
import type { ListChangeDocument } from "./stored.ts";

/** Records that are read at a time. */
/** The change that says that it was done; of a division `carried-over-440106`. */
const DONE = "carried-over";

/**
 * 4.4.1: once for each node, at its first start with lists: what is opened there stands on the list of its issuers' divisions from then on, visible as
 * carried over, so that nothing that is issued today stops. The end is in the openings; bodies decide on it like on any entry. Begun again
 * where the process ended in between.
 */
export async function carryOverOpenings(context: CatalogContext): Promise<void> {
  const { listChanges, runtime } = context;
  if (await listChanges.get(DONE)) return;
  const from = await openedByDivision(context);
  for (const [division, items] of from) {
    const change = changeOf(context, `${DONE}-${division}`, division, items);
    // Of several replicas that start, one is first.
    await insertNew(listChanges, change);
    await carryOut(context, change._id);
  }
  const node = shortForm(divisionOfNode(runtime.config.node.code));
  await insertNew(listChanges, { ...changeOf(context, DONE, node, new Map()), state: "published" });
}

/** First days of items by the divisions of those who issue them. */
async function openedByDivision(context: CatalogContext): Promise<Map<string, Map<string, string>>> {
  const departments = new Map<string, { division: string; superiors: readonly string[] }>();
  for await (const { value } of recordsOf(context, "department")) {
    const department = storedValue(DepartmentSchema, value);
    departments.set(department.code, {
      division: department.division,
      superiors: await superiorsOf(context, department),
    });
  }
  const units = new Map<string, Set<string>>();
  for (const { division, superiors } of departments.values())
    for (const above of superiors) units.set(above, (units.get(above) ?? new Set()).add(division));
  const found = new Map<string, Map<string, string>>();
  for await (const { value } of recordsOf(context, "opening")) {
    const { itemCode, departmentCode, opensOn, closesOn, forUnits } = storedValue(IssuingOpeningSchema, value);
    if (closesOn !== "" && closesOn < opensOn) continue;
    const own = departments.get(departmentCode)?.division ?? "";
    for (const division of new Set([own, ...(forUnits ? (units.get(departmentCode) ?? []) : [])])) {
      if (divisionFault(division) !== undefined) continue;
      const items = found.get(shortForm(division)) ?? new Map<string, string>();
      const known = items.get(itemCode);
      items.set(itemCode, known !== undefined && known < opensOn ? known : opensOn);
      found.set(shortForm(division), items);
    }
  }
  return found;
}

function recordsOf({ registry, runtime }: CatalogContext, kind: RecordKind): AsyncIterable<RegistryDocument> {
  return allOf(registry.of(kind), { index: BY_NODE.name, equals: [runtime.config.node.code] });
}

function changeOf(
  { runtime }: CatalogContext,
  id: string,
  division: string,
  items: ReadonlyMap<string, string>,
): ListChangeDocument {
  const at = runtime.now().toISOString();
  const { code } = runtime.config.node;
  const account = `node/${code}`;
  const lines = [...items].map(
    ([itemCode, from]): ListLine => ({
      ...{ end: false, itemCode, target: division, levels: [], departments: [], from },
      carriedOver: true,
    }),
  );
  const step = { action: "carry-over" as const, account, name: "", department: "", division, at, remark: "" };
  return { _id: id, revision: 1, division, lines, state: "publishing", steps: [step], preparedAt: at };
}
