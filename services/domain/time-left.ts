/**
 * Whole seconds until a job has done all, by how fast it went in `passedMs`, milliseconds of a clock that nobody sets (`performance.now()`). `done`: what the job
 * has done in that time, of `all` that were left at its beginning. Absent before anything is done: nobody knows yet.
 */
export function secondsLeft(passedMs: number, done: number, all: number): number | undefined {
  if (done <= 0) return undefined;
  return Math.ceil((passedMs / done / 1_000) * Math.max(0, all - done));
}
