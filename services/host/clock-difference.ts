/** How far another clock is ahead, and by how much that may be wrong, milliseconds. */
export interface Difference {
  ms: number;
  uncertainty: number;
}

/**
 * The middle one of some differences, each taken as near to zero as its uncertainty allows; of an even number the one farther from zero
 * of the middle two. There must be one.
 */
export function middleDifference(differences: readonly Difference[]): number {
  const sorted = differences.map(nearest).sort((a, b) => a - b);
  const [low = 0, high = 0] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return Math.abs(low) > Math.abs(high) ? low : high;
}

/** The one nearest to zero, each taken as near to it as its uncertainty allows. There must be one. */
export function leastDifference(differences: readonly Difference[]): number {
  const [least = 0, ...others] = differences.map(nearest);
  return others.reduce((found, one) => (Math.abs(one) < Math.abs(found) ? one : found), least);
}

function nearest({ ms, uncertainty }: Difference): number {
  return Math.sign(ms) * Math.max(0, Math.abs(ms) - uncertainty);
}
