import { type Refusal, refuseField } from "./refusal.ts";

/**
 * That the app of another department acts for one (委托办理): a superior's or the unified acceptance system for named departments and items
 * or matters, and no others (6.4.4.2, 6.4.4.4).
 */
export interface Delegation {
  /** AppKey of the app that acts, and the department that it acts for. */
  app: string;
  department: string;
  /** Items that it issues, and matters that it uses certificates for. */
  items: readonly string[];
  matters: readonly string[];
  /** First and last day, `yyyy-MM-dd`; no last day: no end yet. */
  since: string;
  until?: string;
}

/** What an app does for a department: it issues an item, or uses certificates for a matter. */
export type Act = { item: string } | { matter: string };

/** The app as which something is done, with its own department. */
export interface ActingApp {
  key: string;
  department: string;
}

/** Whether an app acts for a department of itself: its own department's, or one of those above. */
export function isOwnApp(app: ActingApp, department: string, superiors: readonly string[]): boolean {
  return app.department === department || superiors.includes(app.department);
}

/** Whether a delegation lets its app do this on a day. */
export function covers(delegation: Delegation, act: Act, day: string): boolean {
  const { items, matters, since, until = "" } = delegation;
  const named = "item" in act ? items.includes(act.item) : matters.includes(act.matter);
  return named && since <= day && (until === "" || day <= until);
}

/** The refusal of an app of another department to which nobody has delegated this. `field`: what names the app. */
export function notDelegated(app: ActingApp, department: string, act: Act, field: string): Refusal {
  const what = "item" in act ? `issue ${act.item}` : `use certificates for matter ${act.matter}`;
  const chinese = "item" in act ? `颁发${act.item}` : `为事项${act.matter}用证`;
  const description = `app ${app.key} of department ${app.department} may not ${what} for ${department}: nobody has delegated that to it`;
  const remedy =
    "name an app of the department or of one above it, or have the department ask for its delegation (PutOpeningRequest)";
  const localized = `应用${app.key}属于部门${app.department}，未受部门${department}委托${chinese}，请使用本部门或上级部门的应用，或由部门申请委托办理（PutOpeningRequest）`;
  return refuseField("PERMISSION_DENIED", field, description, remedy, localized);
}

/** What a delegation names no more that it named before. */
export function droppedFrom(
  before: Pick<Delegation, "items" | "matters">,
  after: Pick<Delegation, "items" | "matters">,
): Pick<Delegation, "items" | "matters"> {
  return {
    items: before.items.filter((code) => !after.items.includes(code)),
    matters: before.matters.filter((code) => !after.matters.includes(code)),
  };
}
