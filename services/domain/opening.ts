import { Refusal } from "./refusal.ts";

/** An opening (发证开通): from a day on, an app issues certificates of an item for a department. */
export interface Opening {
  /** Social credit code of the department or unit that the item was opened for. */
  department: string;
  /** The app that issues; it may be run by a superior department (6.4.4.2) or a unified acceptance system (5.6). */
  app: string;
  /** First day of issuing, `yyyy-MM-dd` (开通日期, 6.4.5.1). */
  opensOn: string;
  /** The opening also serves the units below the department (5.8.4). */
  forUnits?: boolean;
}

/** What {@link admitIssuing} decides on. */
export interface IssuingQuestion<O extends Opening> {
  itemCode: string;
  /** The item has a published version (4.3.4). */
  published: boolean;
  /** The item stands on the obligatory list of the issuer's division (4.4.1). */
  obligatory: boolean;
  /** Social credit code of the department or unit in whose name the certificate is issued. */
  issuer: string;
  /** Its superior departments, nearest first. */
  superiors: readonly string[];
  app: string;
  /** Civil day of the decision in Asia/Shanghai. */
  day: string;
  /** All openings of the item. */
  openings: readonly O[];
}

/**
 * Decides whether an app may issue an item for a department on a day (4.4.1, 6.4.5.1), and gives the opening that allows
 * it: the issuer's own before a superior's, the one that opened first among equals. Throws `ITEM_UNPUBLISHED`;
 * `ITEM_NOT_OPENED` where the item is not on the obligatory list or not opened for the issuer; `PERMISSION_DENIED` where it
 * is, but not for this app; `ITEM_NOT_YET_OPEN` before the first day.
 */
export function admitIssuing<O extends Opening>(question: IssuingQuestion<O>): O {
  const { itemCode, issuer, app, day } = question;
  const metadata = { item_code: itemCode, issuer_code: issuer, app_key: app };
  if (!question.published) {
    throw new Refusal("ITEM_UNPUBLISHED", `catalog item ${itemCode} has no published version`, { metadata });
  }
  if (!question.obligatory) {
    const message = `catalog item ${itemCode} is not on the obligatory list of the division of ${issuer}`;
    throw new Refusal("ITEM_NOT_OPENED", message, { metadata });
  }
  const forIssuer = openingsFor(question);
  if (forIssuer.length === 0) {
    throw new Refusal("ITEM_NOT_OPENED", `catalog item ${itemCode} is not opened for ${issuer}`, { metadata });
  }
  const forApp = forIssuer.filter((opening) => opening.app === app);
  if (forApp.length === 0) {
    const message = `app ${app} is not the one that catalog item ${itemCode} was opened with for ${issuer}`;
    throw new Refusal("PERMISSION_DENIED", message, { metadata });
  }
  const open = forApp.find(({ opensOn }) => opensOn <= day);
  if (open !== undefined) return open;
  const opensOn = forApp.map((opening) => opening.opensOn).sort()[0] as string;
  throw new Refusal("ITEM_NOT_YET_OPEN", `catalog item ${itemCode} opens for ${issuer} on ${opensOn}`, {
    metadata: { ...metadata, opens_on: opensOn },
  });
}

/** Openings that reach the issuer, nearest department first and then by day. */
function openingsFor<O extends Opening>({ issuer, superiors, openings }: IssuingQuestion<O>): O[] {
  const reach = [issuer, ...superiors];
  return openings
    .filter(
      ({ department, forUnits }) => department === issuer || (forUnits === true && superiors.includes(department)),
    )
    .sort((a, b) => {
      const distance = reach.indexOf(a.department) - reach.indexOf(b.department);
      return distance !== 0 ? distance : a.opensOn < b.opensOn ? -1 : a.opensOn > b.opensOn ? 1 : 0;
    });
}
