import { ancestorsOf, type DivisionLevel, isWithin, levelOf } from "./division.ts";

/** What the administration of one division has decided about obligatory items (应开通目录, 3.6). */
export interface ObligatoryList {
  division: string;
  /** Codes of the items that the division obliges itself to open. */
  own: readonly string[];
  /** Items that it designates for divisions below it (4.1.2). */
  designations: readonly Designation[];
}

/** An item designated for divisions below: for named ones, or for all of a level. */
export interface Designation {
  item: string;
  to: { divisions: readonly string[] } | { level: DivisionLevel };
}

/** One item of an effective list, with the divisions that put it there: the division's own decision first, then from near to far. */
export interface ObligatoryItem {
  item: string;
  decidedBy: string[];
}

/**
 * The effective obligatory list of a division: its own items and those that divisions above designate for it (4.1.2, 4.3.2),
 * by code. A designation reaches divisions below its maker only; one that names others has no effect.
 */
export function obligatoryListOf(division: string, lists: Iterable<ObligatoryList>): ObligatoryItem[] {
  const byDivision = new Map([...lists].map((list) => [list.division, list]));
  const decided = new Map<string, string[]>();
  const decide = (item: string, by: string) => {
    const before = decided.get(item) ?? [];
    if (!before.includes(by)) decided.set(item, [...before, by]);
  };
  for (const item of byDivision.get(division)?.own ?? []) decide(item, division);
  for (const ancestor of ancestorsOf(division)) {
    for (const { item, to } of byDivision.get(ancestor)?.designations ?? []) {
      const reaches =
        "level" in to ? to.level === levelOf(division) : to.divisions.some((named) => same(named, division));
      if (reaches) decide(item, ancestor);
    }
  }
  return [...decided]
    .map(([item, decidedBy]) => ({ item, decidedBy }))
    .sort((a, b) => (a.item < b.item ? -1 : a.item > b.item ? 1 : 0));
}

function same(a: string, b: string): boolean {
  return isWithin(a, b) && isWithin(b, a);
}
