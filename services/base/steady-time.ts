const START = Date.now();
const SINCE = performance.now();

/**
 * Milliseconds since the epoch by the clock as it was when the process began, and the time that has passed since: deadlines are counted by
 * it, so that a clock that is set while a call is served neither ends the call nor keeps it for ever. It says nothing of the time of day.
 */
export function steadyTime(): number {
  return START + performance.now() - SINCE;
}
