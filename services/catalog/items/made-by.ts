import { type Department, IssuingOpeningSchema } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import { shanghaiDay } from "../../domain/civil-date.ts";
import { consoleApp } from "../../domain/console-app.ts";
import { isIssuedAt } from "../../domain/issuing-level.ts";
import { admitIssuing } from "../../domain/opening.ts";
import { Refusal } from "../../domain/refusal.ts";
import { issuingLevelsOf } from "../../record/published-version.ts";
import { storedValue } from "../../registry/stored-value.ts";
import { listOf } from "../../store/pages-of.ts";
import { requireInUse } from "../apps/known-apps.ts";
import type { CatalogContext } from "../context.ts";
import { requireActsFor } from "../openings/admit-app.ts";
import { knownDepartment, superiorsOf } from "../registry/departments.ts";
import { openingOf } from "../registry/openings.ts";
import type { ItemDocument } from "../stored/records.ts";
import { contentOf } from "./item.ts";

/**
 * 4.4.1, 6.4.5.1: which published items staff of a department may make on screen today; of a department that is closed, or unknown here, none. An offer: the
 * order itself is judged with its seal and its right as well (`terms.ts`).
 */
export async function madeBy(context: CatalogContext, code: string): Promise<(published: ItemDocument) => boolean> {
  const issuer = await knownDepartment(context, code);
  if (!issuer || issuer.closed) return () => false;
  // Asked for with each page, and with each letter of a search: openings are judged anew only where something may have changed.
  const { codes } = await context.given.offers.of([code], async () => ({ codes: await openItems(context, issuer) }));
  return (published) => {
    if (!codes.has(published.code)) return false;
    const { retired, issuingLevels } = contentOf(published);
    return !retired && isIssuedAt(issuingLevelsOf(issuingLevels), issuer.division);
  };
}

/** Codes of items that a department has open on screen today, by openings of its own and of those above it. */
async function openItems(context: CatalogContext, issuer: Department): Promise<ReadonlySet<string>> {
  const { code: node } = context.runtime.config.node;
  const day = shanghaiDay(context.runtime.now());
  const appKey = consoleApp(node, issuer.code);
  const app = await context.apps.find(appKey);
  const superiors = await superiorsOf(context, issuer);
  const openingsOf = (department: string) =>
    listOf(context.registry.of("opening"), { index: "byDepartment", equals: [node, department] });
  const stored = await Promise.all([issuer.code, ...superiors].map(openingsOf));
  const read = stored.flat().map(({ value }) => openingOf(storedValue(IssuingOpeningSchema, value)));

  const judge = async (itemCode: string, openings: typeof read) => {
    if (app) requireInUse(app);
    const obligatory = await context.listSource.stands(issuer.division, itemCode, day);
    const question = { itemCode, published: true, obligatory, issuer: issuer.code, superiors, app: appKey, day };
    const { department } = admitIssuing({ ...question, openings });
    if (!app) return;
    const acting = { key: appKey, department: app.departmentCode };
    await requireActsFor(context, { app: acting, department, act: { item: itemCode }, day, field: "made_by" });
  };
  const open = new Set<string>();
  for (const [itemCode, openings] of Map.groupBy(read, ({ opening }) => opening.itemCode)) {
    if (await isAdmitted(() => judge(itemCode, openings))) open.add(itemCode);
  }
  return open;
}

async function isAdmitted(judge: () => Promise<void>): Promise<boolean> {
  try {
    await judge();
    return true;
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}
