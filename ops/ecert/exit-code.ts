import { type Verdict, WEIGHTS } from "../../services/statement/finding.ts";

/** Exit codes of the command; `failed` is that it could not run, `stated` that a node says so in a QR code and nothing shows more. */
export const EXIT = {
  valid: 0,
  invalid: 1,
  failed: 2,
  notInForce: 3,
  undetermined: 4,
  stated: 5,
  unsupported: 6,
  foreign: 7,
} as const;

/** The exit code for several verdicts: that of the worst. */
export function exitCodeOf(verdicts: readonly Verdict[]): number {
  const worst = WEIGHTS.filter((weight) => weight !== "note").find((verdict) => verdicts.includes(verdict));
  return worst === undefined ? EXIT.valid : EXIT[worst];
}
