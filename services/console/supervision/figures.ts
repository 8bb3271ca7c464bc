/** A rate as people read it: `52.48%`; `—` where there is nothing to count it over. */
export function rateText(rate: number | undefined): string {
  return rate === undefined ? "—" : `${(rate * 100).toFixed(2)}%`;
}

/** A number with its thousands. */
export function countText(count: number | bigint): string {
  return count.toLocaleString("en-US");
}

/** Rows by a value, the greatest first; those without any come last. Equal values have the same place. */
export function ranked<T>(rows: readonly T[], rateOf: (row: T) => number | undefined): { row: T; place?: number }[] {
  const sorted = [...rows].sort((a, b) => (rateOf(b) ?? -1) - (rateOf(a) ?? -1));
  return sorted.map((row) => {
    const value = rateOf(row);
    if (value === undefined) return { row };
    return { row, place: sorted.findIndex((other) => rateOf(other) === value) + 1 };
  });
}
