/** Pauses between attempts, seconds; after the last one a delivery is given up: some three days in all. */
const PAUSES = [5, 30, 120, 600, 1_800, 3_600, ...Array.from({ length: 35 }, () => 7_200)];

/** When a delivery is tried again that has failed so often, RFC 3339; `undefined`: no more. */
export function nextAttempt(attempts: number, now: Date): string | undefined {
  const seconds = PAUSES[attempts - 1];
  return seconds === undefined ? undefined : new Date(now.getTime() + seconds * 1_000).toISOString();
}

/** Attempts of one delivery before it is given up. */
export const MAX_ATTEMPTS = PAUSES.length + 1;
