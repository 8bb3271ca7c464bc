import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Program } from "../../ops/trial/process.ts";

/** A clock of a program of the trial that a test can set. */
export interface MovableClock {
  /** The program as it runs under this clock. */
  of(shipped: Program): Program;
  /** Sets it, milliseconds ahead of the right time, and waits until the program has looked. */
  set(aheadMs: number): Promise<void>;
}

/** A program under it looks at its file every 50 ms. */
const LOOKED_MS = 200;

/** The clock of one program; its right time at first. */
export function movableClock(file: string): MovableClock {
  writeFileSync(file, "0");
  return {
    of: (shipped) => ({
      ...shipped,
      node: ["--import", join(import.meta.dirname, "../clock/moved-clock.ts"), ...(shipped.node ?? [])],
      env: { ...shipped.env, ECERT_TEST_CLOCK_FILE: file },
    }),
    async set(aheadMs) {
      writeFileSync(file, String(aheadMs));
      await pause(LOOKED_MS);
    },
  };
}
