/**
 * Levels of divisions (行政区划), from the top: 省, 地市, 县（市、区）, 乡镇（街道）, 村（社区）.
 */
export const DIVISION_LEVELS = ["province", "city", "county", "township", "village"] as const;

/** One level of {@link DIVISION_LEVELS}. */
export type DivisionLevel = (typeof DIVISION_LEVELS)[number];

const SHAPE = /^[1-9]\d{5,11}$/;
/** How many digits name a division down to each level (GB/T 2260 and GB/T 10114). */
const DIGITS = [2, 4, 6, 9, 12];

/** Tells in one sentence why a text is no division code, or `undefined` where it is one: 6 to 12 digits. */
export function divisionFault(text: string): string | undefined {
  return SHAPE.test(text) ? undefined : "a division code has 6 to 12 digits and does not begin with 0";
}

/** The level of a division: `440000` is a province, `440100` a city, `440106` a county. */
export function levelOf(division: string): DivisionLevel {
  return DIVISION_LEVELS[DIGITS.indexOf(significant(division).length)] as DivisionLevel;
}

/**
 * The divisions above one, nearest first: `440106` gives `440100` and `440000`. Levels that a division does not have are
 * left out: the townships of 东莞 (`441900…`) lie directly under the city.
 */
export function ancestorsOf(division: string): string[] {
  const own = significant(division);
  const above = DIGITS.filter((length) => length < own.length).map((length) => shortest(own.slice(0, length)));
  return [...new Set(above)].reverse();
}

/** Tells whether a division is `other` or lies within it. Trailing zeros do not matter: `440100` and `440100000000` are one. */
export function isWithin(division: string, other: string): boolean {
  return significant(division).startsWith(significant(other));
}

/** What the codes of a division and of all within it begin with, for queries: `440100` gives `4401`. */
export function divisionPrefix(division: string): string {
  return significant(division).slice(0, division.length);
}

/** The digits that name the division, cut at the end of the lowest level that is not all zeros. */
function significant(division: string): string {
  const full = division.padEnd(12, "0");
  let length = 12;
  for (const [index, end] of DIGITS.entries()) {
    if (/^0+$/.test(full.slice(end))) {
      length = DIGITS[index] as number;
      break;
    }
  }
  return full.slice(0, length);
}

/** Six digits for a county or above, nine for a township; zeros within name a level that is not there. */
function shortest(prefix: string): string {
  return significant(prefix.padEnd(6, "0")).padEnd(6, "0");
}
