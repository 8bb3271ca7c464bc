/** Characters at each end of a code that are shown while it is masked. */
const SHOWN = 4;

/** A code of a person or an organization as lists show it: `4401**********1234`. Codes of eight characters and fewer show their first alone. */
export function masked(code: string): string {
  if (code.length <= 2 * SHOWN) return code.slice(0, 1) + "*".repeat(Math.max(0, code.length - 1));
  return code.slice(0, SHOWN) + "*".repeat(code.length - 2 * SHOWN) + code.slice(-SHOWN);
}
