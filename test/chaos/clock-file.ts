import { readFileSync, rmSync, writeFileSync } from "node:fs";

/** Names the file that says by how many milliseconds a process's clock is ahead. Only the launcher of this folder reads it. */
export const CLOCK_VARIABLE = "ECERT_CHAOS_CLOCK";

/** Sets the clock of the process that was started with this file; 0 puts it right. */
export function setClock(file: string, aheadMs: number): void {
  if (aheadMs === 0) rmSync(file, { force: true });
  else writeFileSync(file, String(aheadMs));
}

/** The clock of this process, as its file sets it from now on. */
export function settableClock(): () => Date {
  const file = process.env[CLOCK_VARIABLE] ?? "";
  let aheadMs = 0;
  const read = () => {
    try {
      aheadMs = Number(readFileSync(file, "utf8"));
    } catch {
      aheadMs = 0;
    }
  };
  read();
  setInterval(read, 50).unref();
  return () => new Date(Date.now() + aheadMs);
}
