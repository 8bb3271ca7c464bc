/** What came of the tests, see `tests.mjs`. */
export type Outcome = {
  passed: number;
  failed: number;
  skipped: number;
  unsteady: { name: string; failed: string[] }[];
  clean: boolean;
};

/** See `tests.mjs`: runs Vitest, and a second time what failed. */
export function runTests(
  args: readonly string[],
  options: { again: boolean; cwd?: string; say?: (text: string) => void; stdio?: "inherit" | "ignore" },
): Outcome;
