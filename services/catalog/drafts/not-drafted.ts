import { refuseField } from "../../domain/refusal.ts";
import type { CatalogContext } from "../context.ts";

/**
 * 4.3.4: holds that an item is not kept by drafts. Operators begin a catalog by registering and publishing; once people have drafted an item, they
 * alone change it, so that no version comes to be without those whose part it is. Throws `STEP_REFUSED`.
 */
export async function requireNotDrafted({ drafts }: Pick<CatalogContext, "drafts">, code: string): Promise<void> {
  if ((await drafts.count("codeDivisions", [code])) === 0) return;
  const remedy = "let its department draft the change (DraftService.PutDraft)";
  const localized = `目录项${code}已按目录登记流程管理，请由登记部门起草变更（PutDraft）`;
  throw refuseField("STEP_REFUSED", "code", `item ${code} is kept by drafts`, remedy, localized);
}
