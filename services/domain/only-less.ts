import type { Delegation } from "./delegation.ts";
import type { Controls, Halt } from "./opening-controls.ts";

/*
 * What of a record would allow more than it did before, by the names of its members in the contract; none: it only stops, shortens or narrows. Staff of a
 * body may do that alone and at once; whatever opens, widens, prolongs or names somebody new is decided by more than one person (6.2.2, 6.2.4).
 */

/** An opening, as far as it decides who may issue, and how. */
export interface IssuingSaid extends Controls {
  sealCode: string;
  opensOn: string;
  closesOn: string;
  attested: boolean;
  forUnits: boolean;
  samePersonMayIssue: boolean;
  halt?: Halt;
}

/**
 * What an opening would allow that it did not. A suspended one also stops what a superior's opening would allow its department: neither its end, its days nor
 * whom it serves are touched without lifting that, and so each counts as more.
 */
export function moreInOpening(before: IssuingSaid | undefined, after: IssuingSaid): string[] {
  if (!before) return ["opens_on"];
  const stops = before.halt?.kind === "suspended";
  return named({
    seal_code: after.sealCode !== before.sealCode,
    opens_on: stops ? after.opensOn !== before.opensOn : after.opensOn < before.opensOn,
    closes_on: stops ? after.closesOn !== before.closesOn : endsLater(before.closesOn, after.closesOn),
    for_units: stops ? after.forUnits !== before.forUnits : after.forUnits && !before.forUnits,
    attested: after.attested && !before.attested,
    same_person_may_issue: after.samePersonMayIssue && !before.samePersonMayIssue,
    controls: widensControls(before, after),
    halt: stops ? after.halt?.kind !== "suspended" : before.halt !== undefined && after.halt === undefined,
  });
}

/** What a matter says of the use of certificates, and whose it is. */
export interface UsageSaid {
  department: string;
  appKeys: readonly string[];
  items: readonly UsableSaid[];
  enabledOn: string;
  closesOn: string;
  endedOn: string;
  disabled: boolean;
  halt?: Halt;
}

/** What a matter may see of an item. */
export interface UsableSaid {
  itemCode: string;
  fields: readonly string[];
  files: readonly unknown[];
}

/** What a matter would allow that it did not; one that is new allowed nothing. */
export function moreInMatter(before: UsageSaid | undefined, after: UsageSaid): string[] {
  if (!before) {
    const { appKeys, items, enabledOn } = after;
    return named({ app_keys: appKeys.length > 0, items: items.length > 0, enabled_on: enabledOn !== "" });
  }
  const starts = before.enabledOn === "" ? after.enabledOn !== "" : startsEarlier(before.enabledOn, after.enabledOn);
  return named({
    department_code: after.department !== before.department,
    app_keys: hasMore(before.appKeys, after.appKeys),
    items: after.items.some((item) => showsMore(before.items, item)),
    enabled_on: starts,
    closes_on: endsLater(before.closesOn, after.closesOn),
    ended_on: endsLater(before.endedOn, after.endedOn),
    disabled: before.disabled && !after.disabled,
    halt: before.halt !== undefined && after.halt === undefined,
  });
}

/** A department, as far as others' rights hang on it. */
export interface DepartmentSaid {
  name: string;
  division: string;
  superiorCode: string;
  closed: boolean;
}

/** What of a department would let more be done in its name, or by others for it; one that is new is somebody new. */
export function moreInDepartment(before: DepartmentSaid | undefined, after: DepartmentSaid): string[] {
  if (!before) return ["code"];
  return named({
    name: after.name !== before.name,
    division: after.division !== before.division,
    superior_code: after.superiorCode !== "" && after.superiorCode !== before.superiorCode,
    closed: before.closed && !after.closed,
  });
}

/** What an app would do for a department that it did not. */
export function moreInDelegation(
  before: Omit<Delegation, "app" | "department"> | undefined,
  after: Omit<Delegation, "app" | "department">,
): string[] {
  if (!before) return ["app_key"];
  return named({
    item_codes: hasMore(before.items, after.items),
    matter_codes: hasMore(before.matters, after.matters),
    since: after.since < before.since,
    until: endsLater(before.until ?? "", after.until ?? ""),
  });
}

function named(more: Readonly<Record<string, boolean>>): string[] {
  return Object.keys(more).filter((member) => more[member]);
}

/** Empty: no end. */
function endsLater(before: string, after: string): boolean {
  return before !== "" && (after === "" || after > before);
}

/** Empty: it never begins. */
function startsEarlier(before: string, after: string): boolean {
  return after !== "" && after < before;
}

function hasMore(before: readonly unknown[], after: readonly unknown[]): boolean {
  return after.some((one) => !before.includes(one));
}

/** Of an item that is named twice the first counts. */
function showsMore(before: readonly UsableSaid[], { itemCode, fields, files }: UsableSaid): boolean {
  const old = before.find((one) => one.itemCode === itemCode);
  return !old || hasMore(old.fields, fields) || hasMore(old.files, files);
}

/** No account and no number: every signer, and any number. */
function widensControls(before: Controls, after: Controls): boolean {
  const signers =
    before.signerAccounts.length > 0 &&
    (after.signerAccounts.length === 0 || hasMore(before.signerAccounts, after.signerAccounts));
  const perDay = before.issuesPerDay > 0 && (after.issuesPerDay === 0 || after.issuesPerDay > before.issuesPerDay);
  return signers || perDay;
}
