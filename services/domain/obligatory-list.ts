import { addDays } from "./civil-date.ts";
import { ancestorsOf, type DivisionLevel, divisionPrefix, levelOf } from "./division.ts";
import { type FieldViolation, Refusal } from "./refusal.ts";

/**
 * For which divisions an item is put on a list, and since when (应开通目录, 3.6, 4.3.2). Its own division without levels: the body's own
 * choice. All else is a designation for divisions below: one by its code, or all of some levels within a division.
 */
export interface ListEntry {
  itemCode: string;
  /** Division that it is for, or within which the levels are. */
  target: string;
  /** Levels of divisions within the target. Empty: the target alone. */
  levels: readonly DivisionLevel[];
  /** Social credit codes of the departments that issue it (发证部门, 6.2.3.1). Empty: the divisions name them. */
  departments: readonly string[];
  /** First day, `yyyy-MM-dd`. */
  from: string;
  /** Last day, `yyyy-MM-dd`; absent: no end yet. */
  until?: string;
  /** It stands here because the item was opened before there were lists. */
  carriedOver?: true;
}

/** What is said of one item for a target: it is put there from a day on, or ends. */
export type ListLine = ({ end: false } & ListEntry) | ({ end: true } & ListEnd);

/** Which entries end, and their last day. */
export interface ListEnd extends Pick<ListEntry, "itemCode" | "target" | "levels"> {
  until: string;
}

/** Entries of the list of one division's body, ended ones too, so that any day can be told; many more than a province has kinds and levels. */
export const MAX_LIST_ENTRIES = 20_000;
/** Departments of one entry. */
export const MAX_LIST_DEPARTMENTS = 8;
/** Lines of one change of a list. */
export const MAX_LIST_LINES = 1_000;

const LAST_DAY = "9999-12-31";

/** Why an item stands on the effective list of a division. */
export interface ListCause extends Pick<ListEntry, "departments" | "from" | "until"> {
  kind: "own" | "designated" | "carriedOver";
  /** Division whose body put it there. */
  by: string;
}

/** An item on the effective list of a division on a day. */
export interface EffectiveEntry {
  itemCode: string;
  /** Why, the nearest body first; never empty. */
  causes: readonly ListCause[];
  /** Departments that any cause names, by code. */
  departments: readonly string[];
}

/** The entries of one body by item, as they are asked for. */
export interface CompiledList {
  /** Division whose body it is. */
  division: string;
  byItem: ReadonlyMap<string, readonly ListEntry[]>;
  size: number;
}

/** A list made ready to be asked. */
export function compileList(division: string, entries: readonly ListEntry[]): CompiledList {
  const byItem = new Map<string, ListEntry[]>();
  for (const entry of entries) {
    const found = byItem.get(entry.itemCode);
    if (found) found.push(entry);
    else byItem.set(entry.itemCode, [entry]);
  }
  return { division, byItem, size: entries.length };
}

/** Divisions whose lists make the effective list of one: itself and those above, nearest first. */
export function listDivisionsOf(division: string): string[] {
  return [shortForm(division), ...ancestorsOf(division)];
}

/** The spelling of a division by which lists are found: `440100000000` is `440100`. */
export function shortForm(division: string): string {
  return divisionPrefix(division).padEnd(6, "0");
}

/** A division as its effective list is asked for: worked out once, and not for each item. */
export interface ListView {
  /** Its short form. */
  division: string;
  /** Divisions whose lists count, nearest first. */
  order: readonly string[];
  /** Whether entries of a target and levels are for it. */
  isFor(entry: Pick<ListEntry, "target" | "levels">): boolean;
}

/** Makes a division ready to be asked for. */
export function listViewOf(given: string): ListView {
  const order = listDivisionsOf(given);
  const division = order[0] as string;
  const level = levelOf(division);
  // Targets above or at it; a list of thousands has few.
  const above = new Set(order);
  return {
    division,
    order,
    isFor({ target, levels }) {
      if (levels.length === 0) return target === division;
      return target !== division && above.has(target) && levels.includes(level);
    },
  };
}

/**
 * Why an item stands on the effective list of a division on a day (4.3.2): the division's own choice, and what bodies above designate for it.
 * Empty: it does not. `lists` are those of {@link listDivisionsOf}, in whatever order; others say nothing.
 */
export function causesOf(
  lists: readonly CompiledList[],
  { view, itemCode, day }: { view: ListView; itemCode: string; day: string },
): ListCause[] {
  const causes: ListCause[] = [];
  for (const by of view.order) {
    for (const list of lists) {
      if (list.division !== by) continue;
      for (const entry of list.byItem.get(itemCode) ?? []) {
        if (!isInForce(entry, day) || !view.isFor(entry)) continue;
        causes.push(causeOf(entry, by, view.division));
      }
    }
  }
  return causes;
}

/** The effective list of a division on a day, by item code (3.6, 4.1.2). */
export function effectiveList(lists: readonly CompiledList[], view: ListView, day: string): EffectiveEntry[] {
  const codes = new Set<string>();
  for (const { byItem } of lists) for (const code of byItem.keys()) codes.add(code);
  const found: EffectiveEntry[] = [];
  for (const itemCode of [...codes].sort()) {
    const causes = causesOf(lists, { view, itemCode, day });
    const [first] = causes;
    if (!first) continue;
    const departments =
      causes.length === 1 ? first.departments : [...new Set(causes.flatMap((cause) => cause.departments))].sort();
    found.push({ itemCode, causes, departments });
  }
  return found;
}

function causeOf({ departments, from, until, carriedOver }: ListEntry, by: string, own: string): ListCause {
  const kind = carriedOver ? "carriedOver" : by === own ? "own" : "designated";
  return { kind, by, departments, from, ...(until !== undefined && { until }) };
}

function isInForce({ from, until = LAST_DAY }: ListEntry, day: string): boolean {
  return from <= day && day <= until;
}

/**
 * The entries of a list once the lines of a change have come into force. What is put takes the place of what was said of the same item and
 * divisions from its first day on; what ends has its last day, and never was where it had not begun. Nothing that was said of days before
 * `today` is changed: history stays. Refused, with the line: `INVALID_FIELD` for what would rewrite such days, or ends what is not there;
 * `TOO_LARGE` beyond {@link MAX_LIST_ENTRIES}.
 */
export function withLines(entries: readonly ListEntry[], lines: readonly ListLine[], today: string): ListEntry[] {
  const held = new Map<string, ListEntry[]>();
  for (const entry of entries) {
    const key = keyOf(entry);
    held.set(key, [...(held.get(key) ?? []), entry]);
  }
  for (const [index, line] of lines.entries()) {
    const key = keyOf(line);
    const before = held.get(key) ?? [];
    held.set(key, line.end ? ended(before, line, index, today) : put(before, line, index, today));
  }
  const next = inListOrder([...held.values()].flat());
  if (next.length > MAX_LIST_ENTRIES) throw tooMany(next.length);
  return next;
}

/** Entries in the one order in which lists are kept, told and compared: by item, divisions and first day. */
export function inListOrder(entries: readonly ListEntry[]): ListEntry[] {
  const keyed = entries.map((entry) => ({ key: `${keyOf(entry)} ${entry.from}`, entry }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ entry }) => entry);
}

function put(before: readonly ListEntry[], line: ListLine & { end: false }, index: number, today: string): ListEntry[] {
  const { end: _end, ...entry } = line;
  const yesterday = addDays(today, -1);
  if (before.some((one) => sameText(one, entry))) return [...before];
  const kept = before.flatMap((one): ListEntry[] => {
    if (lastDay(one) < entry.from || one.from > lastDay(entry)) return [one];
    const over = one.from <= yesterday && entry.from <= yesterday;
    if (over && !tellsTheSameUntil(one, entry, yesterday)) throw rewrites(index, "from", today);
    // What ran on days that are over stays as it was, but for its end.
    if (one.from < entry.from) return [{ ...one, until: addDays(entry.from, -1) }];
    return [];
  });
  return [...kept, entry];
}

/** Whether another entry in the place of one says the same of all days up to one: it begins alike, names the same, and ends no sooner. */
function tellsTheSameUntil(one: ListEntry, entry: ListEntry, day: string): boolean {
  const needed = lastDay(one) < day ? lastDay(one) : day;
  const reached = lastDay(entry) < day ? lastDay(entry) : day;
  return one.from === entry.from && needed === reached && sameSaid(one, entry);
}

function ended(
  before: readonly ListEntry[],
  line: ListLine & { end: true },
  index: number,
  today: string,
): ListEntry[] {
  const { until } = line;
  if (!before.some((one) => lastDay(one) > until || one.until === until)) throw nothingToEnd(index, line);
  const over = addDays(today, -1);
  if (until < over && before.some((one) => one.from <= over && lastDay(one) > until))
    throw rewrites(index, "until", today);
  return before.filter((one) => one.from <= until).map((one) => (lastDay(one) > until ? { ...one, until } : one));
}

function keyOf({ itemCode, target, levels }: Pick<ListEntry, "itemCode" | "target" | "levels">): string {
  return `${itemCode} ${target} ${levels.join(",")}`;
}

function sameText(a: ListEntry, b: ListEntry): boolean {
  return a.from === b.from && a.until === b.until && sameSaid(a, b);
}

function sameSaid(a: ListEntry, b: ListEntry): boolean {
  return a.departments.join() === b.departments.join() && a.carriedOver === b.carriedOver;
}

function lastDay({ until = LAST_DAY }: ListEntry): string {
  return until;
}

function rewrites(index: number, field: "from" | "until", today: string): Refusal {
  return refused(index, {
    field,
    description: "changes what the list said of days that are over",
    remedy: `give a first day from ${today} on, or a last day not before yesterday`,
    localized: `改动了目录在已过日期的内容，开始日期请填写${today}或以后，截止日期不得早于昨日`,
  });
}

function nothingToEnd(index: number, { itemCode }: ListEnd): Refusal {
  return refused(index, {
    field: "item_code",
    description: `item ${itemCode} does not stand on this list for these divisions then`,
    remedy: "name an entry of the list (ListListEntries) as it stands there",
    localized: `目录项${itemCode}届时不在该应开通目录中，请按目录现有条目填写`,
  });
}

function refused(index: number, { field, ...told }: FieldViolation): Refusal {
  const at = `change.lines[${index}].${field}`;
  return new Refusal("INVALID_FIELD", `${at}: ${told.description}; ${told.remedy}`, {
    fields: [{ field: at, ...told }],
  });
}

function tooMany(count: number): Refusal {
  return new Refusal("TOO_LARGE", `the list would have ${count} entries, at most ${MAX_LIST_ENTRIES}`, {
    localizedDetail: `应开通目录将有${count}条，最多${MAX_LIST_ENTRIES}条`,
  });
}
