import { isCivilDate } from "./civil-date.ts";
import { DIVISION_LEVELS, divisionFault, isWithin, levelOf } from "./division.ts";
import { type ListLine, MAX_LIST_DEPARTMENTS, MAX_LIST_LINES, shortForm } from "./obligatory-list.ts";
import { type FieldViolation, Refusal } from "./refusal.ts";
import { socialCreditCodeFault } from "./social-credit-code.ts";

/** Longest code of an item. */
const MAX_ITEM_CODE = 64;

/**
 * The lines of a change of the list of a division's body, spelled as they are kept: divisions in their short form, levels from the top. Refused
 * (`INVALID_FIELD`), with every fault at once: no line or more than 1,000, a division that is neither the body's own nor below it, levels that
 * are not below the target, days that are no days or in the wrong order, a department's code that is none or named twice.
 */
export function checkedLines(division: string, lines: readonly ListLine[]): ListLine[] {
  if (lines.length === 0 || lines.length > MAX_LIST_LINES) throw wrongNumber(lines.length);
  const faults = lines.flatMap((line, index) =>
    faultsOf(division, line).map((told) => ({ ...told, field: `change.lines[${index}].${told.field}` })),
  );
  const [first] = faults;
  if (first) throw new Refusal("INVALID_FIELD", `${first.field}: ${first.description}`, { fields: faults });
  return lines.map((line) => {
    const levels = DIVISION_LEVELS.filter((level) => line.levels.includes(level));
    const spelled = { ...line, target: shortForm(line.target), levels };
    return spelled.end ? spelled : { ...spelled, departments: [...spelled.departments].sort() };
  });
}

function faultsOf(division: string, line: ListLine): FieldViolation[] {
  const { itemCode, target, levels } = line;
  const found: FieldViolation[] = [];
  if (itemCode === "" || itemCode.length > MAX_ITEM_CODE)
    found.push({
      field: "item_code",
      description: `has 1 to ${MAX_ITEM_CODE} characters`,
      remedy: "name an item of the catalog",
      localized: `应为1至${MAX_ITEM_CODE}个字符，请填写证照目录中的目录项`,
    });
  const isDivision = divisionFault(target) === undefined;
  if (!isDivision || !isWithin(target, division))
    found.push({
      field: "target",
      description: `${target} is neither division ${division} nor below it`,
      remedy: "name the body's own division, or one below it for a designation",
      localized: `${target}不是${division}本级或其下级行政区划，请填写本级，或指定其下级`,
    });
  else if (levels.some((level) => DIVISION_LEVELS.indexOf(level) <= DIVISION_LEVELS.indexOf(levelOf(target))))
    found.push({
      field: "levels",
      description: `are not all below ${target}`,
      remedy: "name levels below the target, or none for the target itself",
      localized: `应低于${target}的层级，请更正；只指定该行政区划本身时不填`,
    });
  return [...found, ...(line.end ? dayFaults("until", line.until) : putFaults(line))];
}

function putFaults({ from, until, departments }: ListLine & { end: false }): FieldViolation[] {
  const found = [...dayFaults("from", from), ...(until === undefined ? [] : dayFaults("until", until))];
  if (until !== undefined && until < from)
    found.push({
      field: "until",
      description: `${until} is before ${from}`,
      remedy: "give a last day that is not before the first",
      localized: `${until}早于${from}，截止日期不得早于开始日期`,
    });
  const wrong = departments.find((code) => socialCreditCodeFault(code) !== undefined);
  if (wrong !== undefined)
    found.push({
      field: "departments",
      description: `${wrong} is no social credit code`,
      remedy: "copy the 18 characters from the register",
      localized: `${wrong}不是统一社会信用代码，请按登记的18位填写`,
    });
  if (departments.length > MAX_LIST_DEPARTMENTS || new Set(departments).size < departments.length)
    found.push({
      field: "departments",
      description: `more than ${MAX_LIST_DEPARTMENTS}, or one twice`,
      remedy: "name each department once",
      localized: `超过${MAX_LIST_DEPARTMENTS}个或有重复，每个部门只填一次`,
    });
  return found;
}

function dayFaults(field: string, day: string): FieldViolation[] {
  if (isCivilDate(day)) return [];
  return [
    {
      field,
      description: `${day} is not a day of the calendar`,
      remedy: "give a day as yyyy-MM-dd",
      localized: `日历上没有${day}，日期应为yyyy-MM-dd，例如2026-01-31`,
    },
  ];
}

function wrongNumber(count: number): Refusal {
  const description = `a change has 1 to ${MAX_LIST_LINES} lines, this one ${count}`;
  const remedy = "divide it";
  const localized = `应为1至${MAX_LIST_LINES}行，现为${count}行，请拆分`;
  return new Refusal("INVALID_FIELD", `change.lines: ${description}; ${remedy}`, {
    fields: [{ field: "change.lines", description, remedy, localized }],
  });
}
