/** A rate as people read it: `52.48%`; `—` where there is nothing to count it over. */
export function rateText(rate: number | undefined): string {
  return rate === undefined ? "—" : `${(rate * 100).toFixed(2)}%`;
}

/** A number with its thousands. */
export function countText(count: number | bigint): string {
  return count.toLocaleString("en-US");
}
