import { readFileSync } from "node:fs";
import { join } from "node:path";
import { addDays, isCivilDate } from "../../domain/civil-date.ts";
import { refuseField } from "../../domain/refusal.ts";
import { isWeekend } from "../../domain/working-day.ts";

/** Holidays of a year as they were decreed, and weekends that are worked for them. */
export interface YearHolidays {
  year: number;
  /** The decree: its title and number. */
  source: string;
  /** When it was published, `yyyy-MM-dd`. */
  publishedOn: string;
  holidays: readonly string[];
  workingDays: readonly string[];
}

/** The years that are shipped, in the form that commands read as well. */
const SHIPPED = join(import.meta.dirname, "holidays.json");

/** Reads the years that are shipped. */
export function shippedHolidays(): YearHolidays[] {
  const { years } = JSON.parse(readFileSync(SHIPPED, "utf8")) as { years: YearHolidays[] };
  return years;
}

/** Days that a decree reaches into the years beside its own. */
const BEYOND = 31;

/** Holds what is said of a year to what a decree may say. Throws `INVALID_FIELD` with the field; fields begin with `holidays.`. */
export function requireYear({ year, publishedOn, holidays, workingDays }: YearHolidays): void {
  if (!isCivilDate(publishedOn))
    throw wrong(
      "published_on",
      "is no day",
      "write the day of the decree, yyyy-MM-dd",
      "应为文件印发日期，格式yyyy-MM-dd",
    );
  const [first, last] = [addDays(`${year}-01-01`, -BEYOND), addDays(`${year}-12-31`, BEYOND)];
  const seen = new Set<string>();
  const lists = [
    ["holidays", holidays],
    ["working_days", workingDays],
  ] as const;
  for (const [field, days] of lists)
    for (const [index, day] of days.entries()) {
      const at = `${field}[${index}]`;
      if (!isCivilDate(day) || day < first || day > last)
        throw wrong(
          at,
          `is no day of ${year}`,
          "name days of the year, yyyy-MM-dd",
          `应为${year}年的日期，格式yyyy-MM-dd`,
        );
      if (seen.has(day)) throw wrong(at, "is named twice", "name each day once", "日期重复，请只填一次");
      seen.add(day);
      if (field === "working_days" && !isWeekend(day))
        throw wrong(at, "is worked anyway", "name Saturdays and Sundays alone", "应为调休上班的星期六或星期日");
    }
}

function wrong(field: string, description: string, remedy: string, localized: string) {
  return refuseField("INVALID_FIELD", `holidays.${field}`, description, remedy, localized);
}
