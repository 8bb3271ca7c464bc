import { type Act, type ActingApp, covers, isOwnApp, notDelegated } from "../../domain/delegation.ts";
import { refuseField } from "../../domain/refusal.ts";
import type { CatalogContext } from "../context.ts";
import { knownDepartment, superiorsOf } from "../registry/departments.ts";
import { DELEGATION, delegationId, delegationOf } from "./delegation-record.ts";

/** What an app wants to do for a department, and the field that names it. */
export interface Wanted {
  app: ActingApp;
  department: string;
  act: Act;
  /** `yyyy-MM-dd`. */
  day: string;
  field: string;
  /** Node of the app where that is another one: the stand-by judges by what that has told. */
  node?: string;
}

/**
 * Refuses (`PERMISSION_DENIED`) the app of another department, unless it is one above or a delegation covers what it does on that day
 * (6.4.4.2, 6.4.4.4). While openings of before are being carried over one that has no delegation at all passes as one of them, and so does one of
 * another node: that may be of before delegations were told, and its records name the app.
 */
export async function requireActsFor(context: CatalogContext, wanted: Wanted): Promise<void> {
  const { app, department, act, day, field, node } = wanted;
  if (app.department === department) return;
  const document = await context.delegations.registry.of(DELEGATION).get(delegationId(app.key, department));
  if (document && covers(delegationOf(document), act, day)) return;
  if (isOwnApp(app, department, await superiorCodes(context, department))) return;
  if (!document && (node !== undefined || !context.carriedOver.done())) return;
  // It may be another department's since a moment: who takes over from one that ends gets its apps first.
  const now = await context.apps.again(app.key);
  if (!now || now.departmentCode === app.department) throw notDelegated(app, department, act, field);
  await requireActsFor(context, { ...wanted, app: { key: app.key, department: now.departmentCode } });
}

/** What an app wants to change: what an app has issued of an item for a department. */
export interface WantedChange {
  app: string;
  issuedBy: string;
  department: string;
  item: string;
  /** `yyyy-MM-dd`. */
  day: string;
}

/**
 * Refuses (`PERMISSION_DENIED`) to change what was issued for a department: to the app that issued it once it does not act for the department
 * any more, and to another app unless it is the department's own and the one that issued it is not.
 */
export async function requireChanges(context: CatalogContext, wanted: WantedChange): Promise<void> {
  const { issuedBy, department, item, day } = wanted;
  const field = "identifier";
  const issuer = await requireActingApp(context, issuedBy, field);
  const app = wanted.app === issuedBy ? issuer : await requireActingApp(context, wanted.app, field);
  if (app !== issuer) {
    if (app.department === department && issuer.department !== department) return;
    throw notDelegated(app, department, { item }, field);
  }
  // Who takes over from a department that ends has its apps, which change what they issued for it; who acted by delegation is bound by that.
  const delegated = await context.delegations.registry.of(DELEGATION).get(delegationId(app.key, department));
  if (!delegated && (await knownDepartment(context, department))?.closed) return;
  await requireActsFor(context, { app, department, act: { item }, day, field });
}

/** An app as one that acts; `undefined` where there is none, which does nothing for anybody. */
export async function actingApp({ apps }: CatalogContext, key: string): Promise<ActingApp | undefined> {
  const app = await apps.find(key);
  return app && { key, department: app.departmentCode };
}

/** An app that is registered, as one that acts. Refused: `APP_UNKNOWN`. */
export async function requireActingApp(context: CatalogContext, key: string, field: string): Promise<ActingApp> {
  const app = await actingApp(context, key);
  if (app) return app;
  const description = `no app ${key} at this node`;
  const localized = `本节点没有应用${key}，请先用PutApp登记`;
  throw refuseField("APP_UNKNOWN", field, description, "register it with PutApp", localized);
}

/** Departments above one of this node, nearest first. */
export async function superiorCodes(context: CatalogContext, code: string): Promise<string[]> {
  const department = await knownDepartment(context, code);
  return department ? superiorsOf(context, department) : [];
}
