import type { ClockWatch } from "./clock-watch.ts";

/**
 * The time, by a clock that is right: whatever is stored, signed or decided by a time takes it from here, and takes it once. Throws
 * `CLOCK_WRONG`. It is read before the watch looks: a clock that is set in between is found, or the time is from before it was set.
 */
export function rightTime({ clock, now }: { clock: Pick<ClockWatch, "require">; now(): Date }): Date {
  const time = now();
  clock.require();
  return time;
}
