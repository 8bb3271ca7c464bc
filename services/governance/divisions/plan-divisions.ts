import { addDays, isCivilDate } from "../../domain/civil-date.ts";
import { divisionPrefix } from "../../domain/division.ts";
import {
  type DivisionOutcome,
  type DivisionRow,
  parentOf,
  periodOn,
  rowFaults,
  withRow,
} from "../../domain/division-history.ts";
import type { Reach } from "../../domain/permit.ts";
import { type FieldViolation, Refusal } from "../../domain/refusal.ts";
import type { GovernanceContext } from "../context.ts";
import type { DivisionDocument } from "./division-record.ts";

/** A list of divisions as somebody wants it put. */
export interface WantedDivisions {
  source: string;
  sourceDate: string;
  rows: readonly DivisionRow[];
  /** The list is whole for this division and all below. Empty: for none. */
  wholeOf: string;
  reach: Reach;
}

/** What is done to one division. */
export interface PlannedDivision {
  outcome: Exclude<DivisionOutcome, "unchanged">;
  before: DivisionDocument | undefined;
  after: DivisionDocument;
}

/** What putting a list would do; or everything that is wrong with it, in the order of the rows. */
export interface DivisionPlan {
  planned: PlannedDivision[];
  faults: FieldViolation[];
}

const AT_ONCE = 1_000;

/** Judges a list against what is stored, and tells the difference. Stores nothing. */
export async function planDivisions(context: GovernanceContext, wanted: WantedDivisions): Promise<DivisionPlan> {
  const faults: FieldViolation[] = [];
  if (!isCivilDate(wanted.sourceDate))
    faults.push(fault("source_date", "is no day", "write yyyy-MM-dd", "不是有效日期，应为yyyy-MM-dd"));
  const ending = wanted.wholeOf === "" ? [] : await missingFrom(context, wanted);
  const rows = [...wanted.rows.entries()].map(([at, row]) => ({ at: `rows[${at}].`, row })).concat(ending);
  const named = rows.flatMap(({ row }) => [row.code, parentOf(row.code), row.successor]).filter((code) => code !== "");
  const stored = await storedOf(context, new Set(named));
  const after = new Map(stored);
  const outcomes = new Map<string, DivisionOutcome>();
  const listed = new Set(rows.map(({ row }) => row.code));
  for (const { at, row } of rows) {
    const wrong = rowFaults(row);
    if (!wrong.some(({ field }) => field === "code")) wrong.push(...reachFaults(row, wanted.reach));
    const known = (code: string) => code === "" || stored.has(code) || listed.has(code);
    if (wrong.length === 0 && !known(parentOf(row.code)))
      wrong.push(
        unknown("code", `lies in ${parentOf(row.code)}, which is not there`, `所属区划${parentOf(row.code)}不存在`),
      );
    if (wrong.length === 0 && !known(row.successor))
      wrong.push(unknown("successor_code", "is no division that is there", `承接区划${row.successor}不存在`));
    const next = wrong.length === 0 ? applied(after.get(row.code), row, wanted, wrong) : undefined;
    faults.push(...wrong.map((one) => ({ ...one, field: `${at}${one.field}` })));
    if (!next || next.outcome === "unchanged") continue;
    after.set(row.code, next.after);
    if (!outcomes.has(row.code) || outcomes.get(row.code) === "mended") outcomes.set(row.code, next.outcome);
  }
  if (faults.length > 0) return { planned: [], faults };
  const planned = [...outcomes]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([code, outcome]) => ({
      outcome: outcome as PlannedDivision["outcome"],
      before: stored.get(code),
      after: after.get(code) as DivisionDocument,
    }));
  return { planned, faults };
}

function applied(
  old: DivisionDocument | undefined,
  row: DivisionRow,
  { source, sourceDate }: WantedDivisions,
  wrong: FieldViolation[],
): { after: DivisionDocument; outcome: DivisionOutcome } | undefined {
  try {
    const { periods, outcome } = withRow(old?.periods ?? [], row);
    const body = row.body === "" ? (old?.body ?? "") : row.body;
    const isOther = outcome === "unchanged" && body !== old?.body;
    const { code } = row;
    const fixed = { _id: code, revision: old?.revision ?? 1, code, parent: parentOf(code) };
    return { after: { ...fixed, periods, body, source, sourceDate }, outcome: isOther ? "mended" : outcome };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    wrong.push(...error.fields);
    return undefined;
  }
}

/** Rows that end what a whole list no longer has. */
async function missingFrom(
  { divisions }: GovernanceContext,
  { wholeOf, rows, sourceDate }: WantedDivisions,
): Promise<{ at: string; row: DivisionRow }[]> {
  const listed = new Set(rows.map(({ code }) => code));
  const prefix = divisionPrefix(wholeOf);
  const found: { at: string; row: DivisionRow }[] = [];
  for (let after: string | undefined, more = true; more; ) {
    const range = { index: "all", from: prefix, to: `${prefix}:`, limit: AT_ONCE };
    const page = await divisions.query({ ...range, ...(after !== undefined && { after }) });
    for (const { code, periods } of page.items) {
      const period = periodOn(periods, sourceDate);
      if (period?.until !== "" || listed.has(code)) continue;
      const until = addDays(sourceDate, -1);
      const row = { code, name: period.name, from: period.from, until, successor: "", body: "" };
      found.push({ at: `whole_of[${code}].`, row });
    }
    after = page.next;
    more = page.next !== undefined;
  }
  return found;
}

async function storedOf({ divisions }: GovernanceContext, codes: Set<string>): Promise<Map<string, DivisionDocument>> {
  const wanted = [...codes];
  const found = new Map<string, DivisionDocument>();
  for (let at = 0; at < wanted.length; at += AT_ONCE)
    for (const one of await divisions.getMany(wanted.slice(at, at + AT_ONCE))) if (one) found.set(one.code, one);
  return found;
}

function reachFaults({ code }: DivisionRow, reach: Reach): FieldViolation[] {
  if (reach.kind === "all" || (reach.kind === "division" && code.startsWith(reach.prefix))) return [];
  const remedy = "let the body of a division above put it";
  return [fault("code", "is no division of yours or below", remedy, "不在您的管理范围内，请由上级管理机构导入")];
}

const unknown = (field: string, description: string, localized: string) =>
  fault(field, description, "put it first, or with the same list", `${localized}，请先导入或在同一清单中列出`);

function fault(field: string, description: string, remedy: string, localized: string): FieldViolation {
  return { field, description, remedy, localized };
}
