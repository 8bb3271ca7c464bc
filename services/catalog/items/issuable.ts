import type { CatalogItemContent } from "../../../proto/gen/ecert/catalog/v1/catalog_item_pb.ts";
import type { Department } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import { ISSUING_LEVELS, isIssuedAt } from "../../domain/issuing-level.ts";
import { Refusal, refuseField } from "../../domain/refusal.ts";
import { issuingLevelsOf } from "../../record/published-version.ts";

/**
 * 4.3.3, 4.3.4: holds that certificates of an item are issued by what its published version says. Throws `ITEM_RETIRED`, and
 * `ITEM_NOT_OPENED` for a department of a level at which the item is not issued.
 */
export function requireIssuable(
  itemCode: string,
  { retired, issuingLevels }: CatalogItemContent,
  { code, division }: Department,
): void {
  if (retired) {
    const remedy = "issue the item that takes its place; certificates that were issued stay as they are";
    const localized = "该目录项已停用，不再签发，已签发的证照不受影响；请改用替代的目录项";
    throw refuseField("ITEM_RETIRED", "item_code", `catalog item ${itemCode} is retired`, remedy, localized);
  }
  const levels = issuingLevelsOf(issuingLevels);
  if (isIssuedAt(levels, division)) return;
  const description = `catalog item ${itemCode} is issued at ${levels.join(", ")} level, and ${code} serves ${division}`;
  const remedy = "name the department of that level that issues it";
  const localized = `该目录项由${levels.map((level) => ISSUING_LEVELS[level]).join("、")}部门颁发，请填写相应层级的部门`;
  throw new Refusal("ITEM_NOT_OPENED", `${description}: ${remedy}`, {
    fields: [{ field: "item_code", description, remedy, localized }],
    metadata: { item_code: itemCode, issuer_code: code },
  });
}
