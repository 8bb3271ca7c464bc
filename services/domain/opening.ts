import type { Halt } from "./opening-controls.ts";
import type { Reason } from "./reason.ts";
import { Refusal } from "./refusal.ts";

/** An opening (发证开通): from a day on, an app issues certificates of an item for a department. */
export interface Opening {
  /** Social credit code of the department or unit that the item was opened for. */
  department: string;
  /** The app that issues; it may be run by a superior department (6.4.4.2) or a unified acceptance system (5.6). */
  app: string;
  /** First day of issuing, `yyyy-MM-dd` (开通日期, 6.4.5.1). */
  opensOn: string;
  /** Last day of issuing, `yyyy-MM-dd`; empty or absent: no end yet. Before `opensOn`: there is none. */
  closesOn?: string;
  /** The opening also serves the units below the department (5.8.4). */
  forUnits?: boolean;
  /** It is suspended or withdrawn. */
  halt?: Halt;
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
 * `ITEM_NOT_OPENED` where the item is not on the obligatory list, not opened for the issuer, closed again or withdrawn; `PERMISSION_DENIED`
 * where it is, but not for this app; `OPENING_SUSPENDED` where the one that decides is suspended, whatever stands behind it: else a
 * superior's opening would undo what stops a unit; `ITEM_NOT_YET_OPEN` before the first day.
 */
export function admitIssuing<O extends Opening>(question: IssuingQuestion<O>): O {
  const { itemCode, issuer, app, day } = question;
  if (!question.published) {
    const told = {
      remedy: "wait until the province publishes it",
      localized: "该目录项尚无已发布的版本，请待省级发布",
    };
    throw refused(question, "ITEM_UNPUBLISHED", `catalog item ${itemCode} has no published version`, told);
  }
  if (!question.obligatory) {
    const description = `catalog item ${itemCode} is not on the obligatory list of the division of ${issuer}`;
    const remedy = "ask the management body of the division to put it there (4.3.2)";
    const localized = `该目录项不在${issuer}所在行政区划的应开通目录中，请由其电子证照管理机构列入`;
    throw refused(question, "ITEM_NOT_OPENED", description, { remedy, localized });
  }
  const forIssuer = openingsFor(question);
  if (forIssuer.length === 0) {
    const told = {
      remedy: "ask the node's operator to open it (PutIssuingOpening), or name the department that issues it",
      localized: `该目录项未对部门${issuer}开通发证，请节点运维开通，或填写颁发该证照的部门`,
    };
    throw refused(question, "ITEM_NOT_OPENED", `catalog item ${itemCode} is not opened for ${issuer}`, told);
  }
  const forApp = forIssuer.filter((opening) => opening.app === app);
  if (forApp.length === 0) {
    const description = `app ${app} is not the one that catalog item ${itemCode} was opened with for ${issuer}`;
    const told = {
      remedy: "call with that app, or ask the node's operator to open it for this one",
      localized: `该目录项对部门${issuer}开通时未指定应用${app}，请使用指定的应用，或请节点运维为本应用开通`,
    };
    throw refused(question, "PERMISSION_DENIED", description, told);
  }
  const open = forApp.find((opening) => opening.opensOn <= day && !isClosed(opening, day));
  if (open?.halt) throw suspended(question, open.halt);
  if (open !== undefined) return open;
  const [opensOn] = forApp
    .filter((opening) => !isClosed(opening, day))
    .map((opening) => opening.opensOn)
    .sort();
  if (opensOn === undefined) throw closed(question, forApp);
  const told = {
    remedy: `issue it from ${opensOn} on`,
    localized: `该目录项自${opensOn}起对部门${issuer}开通，请届时办理`,
  };
  const description = `catalog item ${itemCode} opens for ${issuer} on ${opensOn}`;
  throw refused(question, "ITEM_NOT_YET_OPEN", description, told, { opens_on: opensOn });
}

function closed(question: IssuingQuestion<Opening>, openings: readonly Opening[]): Refusal {
  const { itemCode, issuer } = question;
  const withdrawn = openings.find(({ halt }) => halt?.kind === "withdrawn")?.halt;
  if (withdrawn) return withdrawnFor(question, withdrawn);
  const closesOn = openings
    .map((opening) => opening.closesOn ?? "")
    .sort()
    .at(-1) as string;
  const told = {
    remedy: "ask the node's operator to open it again (PutIssuingOpening)",
    localized: `该目录项对部门${issuer}的开通已于${closesOn}截止，请节点运维重新开通`,
  };
  const description = `catalog item ${itemCode} was opened for ${issuer} until ${closesOn}`;
  return refused(question, "ITEM_NOT_OPENED", description, told, { closes_on: closesOn });
}

function suspended(question: IssuingQuestion<Opening>, { cause, since }: Halt): Refusal {
  const { itemCode, issuer } = question;
  const told = {
    remedy: "wait until it is resumed; what is made stays and is issued then",
    localized: `该目录项对部门${issuer}的开通已暂停（${cause}），请待恢复后办理；已制证照予以保留`,
  };
  const description = `the opening of catalog item ${itemCode} for ${issuer} is suspended (${cause})`;
  return refused(question, "OPENING_SUSPENDED", description, told, { since });
}

function withdrawnFor(question: IssuingQuestion<Opening>, { cause, since }: Halt): Refusal {
  const { itemCode, issuer } = question;
  const told = {
    remedy: "ask for a new opening, and discard what is made and not issued",
    localized: `该目录项对部门${issuer}的开通已撤回（${cause}），请重新申请开通；已制未签发的证照请作废`,
  };
  const description = `the opening of catalog item ${itemCode} for ${issuer} was withdrawn (${cause})`;
  return refused(question, "ITEM_NOT_OPENED", description, told, { since });
}

function refused(
  { itemCode, issuer, app }: Pick<IssuingQuestion<Opening>, "itemCode" | "issuer" | "app">,
  reason: Reason,
  description: string,
  told: { remedy: string; localized: string },
  more: Record<string, string> = {},
): Refusal {
  return new Refusal(reason, `${description}: ${told.remedy}`, {
    fields: [{ field: "item_code", description, ...told }],
    metadata: { item_code: itemCode, issuer_code: issuer, app_key: app, ...more },
  });
}

function isClosed({ closesOn = "", opensOn, halt }: Opening, day: string): boolean {
  if (halt?.kind === "withdrawn") return true;
  return closesOn !== "" && (closesOn < day || closesOn < opensOn);
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
