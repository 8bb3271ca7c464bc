import { addYears, lastDayOfPeriod, requireCivilDate, requireDateRange } from "./civil-date.ts";
import { type Refusal, refuseField } from "./refusal.ts";

/**
 * How long certificates of a catalog item are valid:
 * - `unlimited`: no last day;
 * - `fixed`: a period of whole years or months from the first day;
 * - `stated`: the department states the last day, at most `maxYears` after the first; `openEnded` lets it state none (长期).
 */
export type ValidityRule =
  | { kind: "unlimited" }
  | { kind: "fixed"; years: number }
  | { kind: "fixed"; months: number }
  | { kind: "stated"; maxYears?: number; openEnded?: boolean };

/** The dates that a department states for a certificate, `yyyy-MM-dd`. */
export interface StatedDates {
  issueDate: string;
  validFrom?: string;
  validTo?: string;
}

/** Validity of a certificate. An absent first day means the day of issue, an absent last day no end. */
export type Validity = Pick<StatedDates, "validFrom" | "validTo">;

const MAX_YEARS = 200;

/**
 * Reads a rule from the text of a catalog item. Throws `INVALID_FIELD` for what is no rule, unknown members included: a
 * misspelt limit must not pass as none.
 */
export function parseValidityRule(value: unknown, field = "validity_rule"): ValidityRule {
  if (isRule(value)) return value;
  const example = '{"kind":"unlimited"}, {"kind":"fixed","years":5} or {"kind":"stated","maxYears":20}';
  throw refuseField(
    "INVALID_FIELD",
    field,
    "not a validity rule",
    `write it like ${example}`,
    `不是有效期规则，应如${example}`,
  );
}

/**
 * Holds the stated dates against the item's rule on the day of today (Asia/Shanghai) and gives the validity that goes into
 * the certificate. Under a `fixed` rule a missing last day is derived, and an earlier one is accepted, since a replacement
 * keeps the end of what it replaces. Throws `DATE_RANGE_INVALID` for ends turned round, `INVALID_FIELD` for the rest.
 */
export function validityUnder(rule: ValidityRule, stated: StatedDates, today: string): Validity {
  const { issueDate, validFrom, validTo } = stated;
  requireCivilDate(issueDate, "issue_date");
  if (issueDate > today)
    throw refuseField(
      "INVALID_FIELD",
      "issue_date",
      "lies in the future",
      `use ${today} or earlier`,
      `晚于今天，请填写${today}或更早的日期`,
    );
  requireDateRange({ from: validFrom, to: validTo, fromField: "valid_from", toField: "valid_to" });
  requireDateRange({ from: issueDate, to: validTo, fromField: "issue_date", toField: "valid_to" });
  const last = lastDayUnder(rule, validFrom ?? issueDate, validTo);
  return { ...(validFrom !== undefined && { validFrom }), ...(last !== undefined && { validTo: last }) };
}

function lastDayUnder(rule: ValidityRule, first: string, stated: string | undefined): string | undefined {
  if (rule.kind === "unlimited") {
    if (stated !== undefined)
      throw lastDayRefused(
        "certificates of this item have no last day",
        "leave valid_to out",
        "该目录项的证照长期有效，请不要填写截止日期",
      );
    return undefined;
  }
  if (rule.kind === "fixed") {
    const last = lastDayOfPeriod(first, "years" in rule ? rule.years * 12 : rule.months);
    if (stated !== undefined && stated > last)
      throw lastDayRefused(`lies after ${last}`, `use ${last}, or leave it out`, `晚于${last}，请填写${last}，或不填`);
    return stated ?? last;
  }
  if (stated === undefined) {
    if (rule.openEnded === true) return undefined;
    throw lastDayRefused(
      "certificates of this item have a last day",
      "state valid_to",
      "该目录项的证照有截止日期，请填写",
    );
  }
  if (rule.maxYears !== undefined && stated > addYears(first, rule.maxYears)) {
    throw lastDayRefused(
      `lies more than ${rule.maxYears} years after ${first}`,
      "state an earlier day",
      `超过自${first}起${rule.maxYears}年，请填写更早的日期`,
    );
  }
  return stated;
}

function lastDayRefused(description: string, remedy: string, localized: string): Refusal {
  return refuseField("INVALID_FIELD", "valid_to", description, remedy, localized);
}

function isRule(value: unknown): value is ValidityRule {
  if (typeof value !== "object" || value === null) return false;
  const { kind, ...rest } = value as Record<string, unknown>;
  const members = Object.entries(rest);
  if (kind === "unlimited") return members.length === 0;
  if (kind === "fixed") {
    const [name, amount] = members[0] ?? [];
    const most = name === "years" ? MAX_YEARS : name === "months" ? MAX_YEARS * 12 : 0;
    return members.length === 1 && isCount(amount, most);
  }
  if (kind !== "stated") return false;
  return members.every(
    ([name, member]) =>
      (name === "maxYears" && isCount(member, MAX_YEARS)) || (name === "openEnded" && typeof member === "boolean"),
  );
}

function isCount(value: unknown, most: number): boolean {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= most;
}
