import type { MatterService } from "../../../proto/gen/ecert/catalog/v1/matter_service_pb.ts";
import { type Matter, MatterSchema } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { shanghaiDay } from "../../domain/civil-date.ts";
import { foreignPageToken, refuseField } from "../../domain/refusal.ts";
import { isUsable } from "../../domain/usage-opening.ts";
import { readRecord } from "../../registry/keep-record.ts";
import type { CatalogContext } from "../context.ts";
import { contentOf, publishedVersion } from "../items/item.ts";
import { knownDepartment } from "../registry/departments.ts";
import { haltOf } from "../registry/halt.ts";

/** 4.5.3: tells which materials of a matter's guide are replaced by which certificate. */
export function listMatterMaterials(context: CatalogContext): Handlers<typeof MatterService>["listMatterMaterials"] {
  const { runtime, items } = context;
  return async ({ matterCode, pageSize, pageToken }) => {
    const matter = await readRecord(context, MatterSchema, "matter", runtime.config.node.code, matterCode);
    if (!matter) throw unknownMatter(matterCode);
    const from = pageToken ? placeIn(pageToken, matter.materials.length) : 0;
    const to = from + (pageSize || 50);
    const usable = await usableItems(context, matter);
    const materials = [];
    for (const { name, itemCode } of matter.materials.slice(from, to)) {
      const item = itemCode === "" ? undefined : await publishedVersion(items, itemCode);
      const itemName = item ? contentOf(item).name : "";
      materials.push({ name, itemCode, itemName, usableNow: usable.has(itemCode) });
    }
    const next = to < matter.materials.length ? String(to) : "";
    return { matterName: matter.name, materials, nextPageToken: next };
  };
}

/** Items whose certificates the matter may use today (6.4.6.1): what apps are told where they ask for its terms. */
async function usableItems(context: CatalogContext, matter: Matter): Promise<ReadonlySet<string>> {
  const day = shanghaiDay(context.runtime.now());
  const { items, departmentCode } = matter;
  const isOpen = isUsable({ ...matter, halt: haltOf(matter.halt).halt }, day);
  if (!isOpen || (await knownDepartment(context, departmentCode))?.closed) return new Set();
  return new Set(items.map(({ itemCode }) => itemCode));
}

function unknownMatter(code: string) {
  const localized = `本节点没有事项${code}，请填写其办事指南上的事项编码`;
  return refuseField(
    "MATTER_UNKNOWN",
    "matter_code",
    `no matter ${code} at this node`,
    "copy it from its guide",
    localized,
  );
}

function placeIn(token: string, length: number): number {
  if (/^[1-9]\d{0,3}$/.test(token) && Number(token) < length) return Number(token);
  throw foreignPageToken();
}
