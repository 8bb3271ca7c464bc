import { fromJson } from "@bufbuild/protobuf";
import {
  type CatalogItemContent,
  CatalogItemContentSchema,
} from "../../../proto/gen/ecert/catalog/v1/catalog_item_pb.ts";
import { digestOf } from "../../domain/canonical.ts";
import type { DraftAction } from "../../domain/item-procedure.ts";
import { type FieldViolation, Refusal, refuseField } from "../../domain/refusal.ts";
import type { CatalogContext } from "../context.ts";
import { newestVersion, publishedVersion } from "../items/item.ts";
import { requireRoom } from "../items/require-room.ts";
import { requireSameType } from "../items/require-type.ts";
import { checkContent } from "../registry/check-content.ts";
import { knownDepartment } from "../registry/departments.ts";
import type { DraftDocument } from "../stored/drafts.ts";
import type { ItemDocument } from "../stored/records.ts";
import { baseOutdated } from "./keep-draft.ts";
import { untitledItems } from "./titles.ts";

/** Steps that take what a draft says further. */
const ONWARD: ReadonlySet<DraftAction> = new Set(["submit", "review", "confirm", "approve", "publish"]);
/** Those at which it is judged as a whole: at its node twice, and again at the province, to which it came from another node. */
const JUDGED: ReadonlySet<DraftAction> = new Set(["submit", "review", "approve"]);

/**
 * 4.3.3, 4.3.4: holds that a draft is good for a step that takes it further: its base is the newest version, so that no change of somebody
 * else is lost; its department keeps the item; and what it says is whole. Throws `BASE_OUTDATED`, `PERMISSION_DENIED`, `INVALID_FIELD` and `DATA_INVALID`.
 */
export async function requireReady(
  context: CatalogContext,
  document: DraftDocument,
  action: DraftAction,
): Promise<void> {
  if (!ONWARD.has(action)) return;
  const { code, base, department } = document;
  const published = await publishedVersion(context.items, code);
  if ((published?.version ?? 0) !== base)
    throw baseOutdated(`is a change of version ${base}; ${code} has version ${published?.version ?? 0}`);
  if (!JUDGED.has(action)) return;
  await requireKeeper(context, published, department);
  const content = fromJson(CatalogItemContentSchema, document.content);
  // What was published is good; a retirement changes nothing else.
  if (content.retired) return;
  if (published && published.digest === digestOf(document.content)) throw nothingChanged(base);
  checkContent(content);
  requireWhole(content, action);
  const newest = await newestVersion(context.items, code);
  if (newest) requireSameType(newest, content);
  await requireRoom(context.previews, content);
}

/**
 * 6.4.3.2: a department changes the items that it keeps. Those of before there were drafts, and those of a department that was closed, are
 * kept by nobody. Throws `PERMISSION_DENIED`.
 */
export async function requireKeeper(
  context: CatalogContext,
  published: ItemDocument | undefined,
  department: string,
): Promise<void> {
  if (!published) return;
  const { keeperCode } = fromJson(CatalogItemContentSchema, published.content);
  if (keeperCode === "" || keeperCode === department) return;
  if ((await knownDepartment(context, keeperCode))?.closed) return;
  const description = `item ${published.code} is kept by department ${keeperCode}`;
  const remedy = "let that department propose the change";
  const localized = `目录项${published.code}由部门${keeperCode}登记，请由该部门提出变更`;
  throw refuseField("PERMISSION_DENIED", "item_code", description, remedy, localized);
}

/** 4.3.3: what an item of the workflow says beside what every content must: levels and bodies, titles, and once it is configured its seals. */
function requireWhole(content: CatalogItemContent, action: DraftAction): void {
  const fields: FieldViolation[] = [];
  const lacks = (member: string, description: string, remedy: string, localized: string) =>
    void fields.push({ field: `content.${member}`, description, remedy, localized });
  if (content.issuingLevels.length === 0)
    lacks("issuing_levels", "says no level", "name each level that issues it", "未写明颁发层级，请逐级列出");
  if (content.issuingBodies.length === 0)
    lacks("issuing_bodies", "says no body", "name the bodies that issue it", "未写明颁发机构，请列出");
  if (content.sealSamples.length === 0 && action !== "submit")
    lacks("seal_samples", "shows no seal", "add the pictures of its seals", "缺少印章图样，请配置");
  for (const pointer of untitledItems(content.dataSchemaJson))
    lacks(
      `data_schema_json${pointer}`,
      "has no Chinese title",
      "give it a title",
      "数据项缺少中文名称（title），请补充",
    );
  const [first] = fields;
  if (first === undefined) return;
  const message = `the draft lacks ${fields.length} thing(s), first ${first.field}: ${first.description}`;
  throw new Refusal("DATA_INVALID", message, { fields });
}

function nothingChanged(base: number): Refusal {
  const remedy = "change what is to be changed, or withdraw it";
  const localized = `草案与第${base}版内容相同，请修改后提交，或撤销草案`;
  return refuseField("INVALID_FIELD", "content", `says what version ${base} says`, remedy, localized);
}
