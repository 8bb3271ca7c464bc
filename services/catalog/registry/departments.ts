import { type Department, DepartmentSchema } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import { isProvince } from "../../host/place.ts";
import { readRecord } from "../../registry/keep-record.ts";
import type { CatalogContext } from "../context.ts";
import { countedBodies } from "../issuers/bodies.ts";
import { ownerOf } from "../issuers/owners.ts";

/** Superiors looked at, nearest first: 部 → 厅 → 局 → 分局 and one to spare. Openings of those further above do not reach down. */
const LEVELS = 5;

/** A department as this node knows it: by its own registry; at the province by that of the node which owns the record (5.6.2, 5.1.3). */
export async function knownDepartment(context: CatalogContext, code: string): Promise<Department | undefined> {
  const { node } = context.runtime.config;
  const read = (at: string) => readRecord(context, DepartmentSchema, "department", at, code);
  const owner = isProvince(node) ? await ownerOf(context, "department", code) : undefined;
  const owned = owner !== undefined && owner !== node.code ? await read(owner) : undefined;
  return owned ?? read(node.code);
}

/** Departments above one whose openings may serve it, nearest first: those of one that was closed serve nobody. */
export async function superiorsOf(context: CatalogContext, department: Department): Promise<string[]> {
  const seen = new Set<string>();
  const superiors: string[] = [];
  let current: Department | undefined = department;
  while (current && seen.size < LEVELS) {
    const above = await superiorOf(context, current);
    if (above === "" || seen.has(above)) break;
    seen.add(above);
    current = await knownDepartment(context, above);
    if (!current?.closed) superiors.push(above);
  }
  return superiors;
}

/** At the province what it said itself; what another node names above its department counts only as far as the province lets it (5.8.3). */
async function superiorOf(context: CatalogContext, { code, node, superiorCode }: Department): Promise<string> {
  const own = context.runtime.config.node;
  if (!isProvince(own)) return superiorCode;
  const document = await context.owners.get(`department/${code}`);
  const [body] = document?.body ? await countedBodies(context, [document]) : [];
  if (body) return body.superiors.at(-1)?.superior ?? "";
  return node === own.code ? superiorCode : "";
}

/**
 * Whether the node of a record may speak for the department that it names: at the province not where the department is another node's.
 * One that no node has registered yet belongs to nobody: events come in any order.
 */
export async function speaksFor(
  context: CatalogContext,
  { node, departmentCode }: { node: string; departmentCode: string },
): Promise<boolean> {
  const own = context.runtime.config.node;
  if (!isProvince(own) || node === own.code) return true;
  const owner = await ownerOf(context, "department", departmentCode);
  return owner === undefined || owner === node;
}
