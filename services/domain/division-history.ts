import { addDays, isCivilDate } from "./civil-date.ts";
import { ancestorsOf, divisionFault } from "./division.ts";
import { type FieldViolation, refuseField } from "./refusal.ts";

/** A time in which a division had one name (GB/T 2260, GB/T 10114). Days are civil dates; an empty one has no bound. */
export interface DivisionPeriod {
  name: string;
  from: string;
  until: string;
  /** Code of the division that has taken over. Empty: none. */
  successor: string;
}

/** What a row of a list says of a division. */
export interface DivisionRow extends DivisionPeriod {
  code: string;
  /** Social credit code of its management body; empty: as it is. */
  body: string;
}

/** What is done to a division by a row. */
export type DivisionOutcome = "added" | "renamed" | "ended" | "mended" | "unchanged";

/** Names and ends that a division may have had. */
export const MAX_PERIODS = 50;
/** Longest name of a division, characters. */
export const MAX_DIVISION_NAME = 50;

/** The period of a day; `undefined` where the division was not there. */
export function periodOn(periods: readonly DivisionPeriod[], day: string): DivisionPeriod | undefined {
  return periods.find(({ from, until }) => from <= day && (until === "" || until >= day));
}

/** What is wrong with a row by itself, every fault at once. */
export function rowFaults({ code, name, from, until, successor, body }: DivisionRow): FieldViolation[] {
  const faults: FieldViolation[] = [];
  const fault = (field: string, description: string, remedy: string, localized: string) =>
    faults.push({ field, description, remedy, localized });
  if (!isDivisionCode(code))
    fault(
      "code",
      "is no code of a division",
      "write six digits, nine for a town",
      "不是行政区划代码，应为6位（乡镇9位）数字",
    );
  if (name.trim() === "" || name.length > MAX_DIVISION_NAME)
    fault(
      "name",
      `has not 1 to ${MAX_DIVISION_NAME} characters`,
      "write its name",
      `名称应为1至${MAX_DIVISION_NAME}字`,
    );
  for (const [field, day] of [
    ["from", from],
    ["until", until],
  ] as const)
    if (day !== "" && !isCivilDate(day)) fault(field, "is no day", "write yyyy-MM-dd", "不是有效日期，应为yyyy-MM-dd");
  if (from !== "" && until !== "" && until < from)
    fault("until", "lies before from", "put the days in order", "止日早于起日，请更正");
  if (successor !== "" && (!isDivisionCode(successor) || successor === code))
    fault(
      "successor_code",
      "is no code of another division",
      "name the division that takes over",
      "不是其他行政区划的代码",
    );
  if (successor !== "" && until === "")
    fault("until", "is needed where another takes over", "say the last day", "有承接区划的，须填写止日");
  if (body !== "" && !/^[0-9A-Z]{18}$/.test(body))
    fault("body_code", "is no social credit code", "write 18 characters", "不是统一社会信用代码");
  return faults;
}

/** Codes as lists write them: trailing zeros of a level that is not there are not written beyond six digits. */
function isDivisionCode(code: string): boolean {
  if (divisionFault(code) !== undefined || ![6, 9, 12].includes(code.length)) return false;
  return code.length === 6 || !/000$/.test(code);
}

/** The division above: `441900003` of 东莞 lies in `441900`. Empty: none. */
export function parentOf(code: string): string {
  return ancestorsOf(code)[0] ?? "";
}

/**
 * The periods after a row, and what it does. Throws `INVALID_FIELD` where it would rewrite what is over, or gives another name without the day from
 * which it holds; `TOO_LARGE` where there have been 50.
 */
export function withRow(
  periods: readonly DivisionPeriod[],
  { name, from, until, successor }: DivisionPeriod,
): { periods: DivisionPeriod[]; outcome: DivisionOutcome } {
  const wanted = { name, from, until, successor };
  const last = periods.at(-1);
  if (!last) return { periods: [wanted], outcome: "added" };
  const before = periods.slice(0, -1);
  const begins = from !== "" && from > last.from;
  if (!begins && from !== "" && from < last.from) throw rewritten(last);
  if (!begins || (name === last.name && (last.until === "" || last.until >= from))) {
    if (from === "" && name !== last.name) throw nameless(last);
    if (from === "" && until === "" && last.until !== "") throw ended(last);
    const mended = { ...wanted, from: last.from };
    if (isSame(last, mended)) return { periods: [...periods], outcome: "unchanged" };
    const ends = name === last.name && last.until === "" && until !== "";
    return { periods: [...before, mended], outcome: ends ? "ended" : "mended" };
  }
  if (periods.length >= MAX_PERIODS) throw tooMany();
  const closed = last.until === "" || last.until >= from ? { ...last, until: addDays(from, -1) } : last;
  return { periods: [...before, closed, wanted], outcome: closed === last ? "added" : "renamed" };
}

const isSame = (one: DivisionPeriod, other: DivisionPeriod) =>
  one.name === other.name && one.until === other.until && one.successor === other.successor;

function rewritten({ from }: DivisionPeriod): Error {
  const description = `lies before ${from}, from which its last period is recorded`;
  const remedy = "leave what is over as it is, or give the day of that period";
  return refuseField("INVALID_FIELD", "from", description, remedy, `早于已记录的最近起日${from}，历史不得改写`);
}

function nameless({ name }: DivisionPeriod): Error {
  const description = `is needed: the division is recorded as ${name}, and a new name holds from a day on`;
  return refuseField("INVALID_FIELD", "from", description, "say its first day", `原名${name}，更名须填写起日`);
}

function ended({ until }: DivisionPeriod): Error {
  const description = `is needed: the division is recorded as ended on ${until}`;
  const remedy = "leave the row out, or say from which day it is there again";
  return refuseField("INVALID_FIELD", "from", description, remedy, `该区划已于${until}撤销，恢复的须填写起日`);
}

function tooMany(): Error {
  const description = `has had ${MAX_PERIODS} periods`;
  return refuseField(
    "TOO_LARGE",
    "from",
    description,
    "look whether the list is right",
    `更名已达${MAX_PERIODS}次，请核对`,
  );
}
