import { type IssuingOpening, IssuingOpeningSchema } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import type { Opening } from "../../domain/opening.ts";
import { BY_NODE } from "../../registry/record.ts";
import { storedValue } from "../../registry/stored-value.ts";
import type { CatalogContext } from "../context.ts";
import { haltOf } from "./halt.ts";

/** Openings that are read at a time; all of a department are read. */
const AT_ONCE = 1000;

/** Key of an opening in the registry: those of an item and department stand together. */
export function openingKey(opening: Pick<IssuingOpening, "itemCode" | "departmentCode" | "appKey">): string {
  return `${opening.itemCode}/${opening.departmentCode}/${opening.appKey}`;
}

/** All openings of an item at this node for some departments: the issuer's own and those of its superiors decide. */
export async function openingsFor(
  context: CatalogContext,
  itemCode: string,
  departments: readonly string[],
): Promise<(Opening & { opening: IssuingOpening })[]> {
  const found = await Promise.all(departments.map((department) => openingsOf(context, itemCode, department)));
  return found.flat().map(openingOf);
}

/** An opening as the rules judge it. */
export function openingOf(opening: IssuingOpening): Opening & { opening: IssuingOpening } {
  const { departmentCode: department, appKey: app, opensOn, closesOn, forUnits, halt } = opening;
  return { department, app, opensOn, closesOn, forUnits, ...haltOf(halt), opening };
}

async function openingsOf(
  { registry, runtime }: CatalogContext,
  itemCode: string,
  department: string,
): Promise<IssuingOpening[]> {
  const found: IssuingOpening[] = [];
  for (let after: string | undefined; ; ) {
    const page = await registry.of("opening").query({
      index: BY_NODE.name,
      equals: [runtime.config.node.code],
      from: `${itemCode}/${department}/`,
      // "0" follows "/": everything that begins with item, department and a slash.
      to: `${itemCode}/${department}0`,
      limit: AT_ONCE,
      ...(after !== undefined && { after }),
    });
    const read = page.items.map(({ value }) => storedValue(IssuingOpeningSchema, value));
    // The code of another item may hold slashes, and so begin like this one's openings.
    found.push(...read.filter((one) => one.itemCode === itemCode && one.departmentCode === department));
    if (page.next === undefined) return found;
    after = page.next;
  }
}
