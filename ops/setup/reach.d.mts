/** See `reach.mjs`: why a URL's host cannot be reached, or undefined; given up after `waitMs` (default: 8,000). */
export function unreachable(
  url: string,
  env?: Readonly<Record<string, string | undefined>>,
  waitMs?: number,
): Promise<string | undefined>;
