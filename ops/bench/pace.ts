import type { Pace } from "./measure.ts";

/** Options that say how long and how often is measured. */
export const PACE_OPTIONS = {
  seconds: { type: "string", default: "5" },
  rounds: { type: "string", default: "3" },
} as const;

/** Reads them; `undefined` where they are no numbers above 0, or rounds are no whole ones, which {@link BAD_PACE} says. */
export function paceOf(given: { seconds: string; rounds: string }): Pace | undefined {
  const [seconds, rounds] = [Number(given.seconds), Number(given.rounds)];
  return seconds > 0 && Number.isInteger(rounds) && rounds >= 1 ? { seconds, rounds } : undefined;
}

export const BAD_PACE = "--seconds and --rounds are numbers above 0";
