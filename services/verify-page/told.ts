import type { VerificationFinding } from "../../proto/gen/ecert/usage/v1/verification_report_pb.ts";
import type { Both } from "../public-page/language.ts";

/** How a verdict looks: each has a colour, a sign and its words. */
export type Tone = "good" | "ended" | "open" | "foreign" | "bad";

/** A name and a value, where there is one. */
export type Row = readonly [name: Both, value: string | Both];

/** An outcome as it is told to people. */
export interface Told {
  readonly tone: Tone;
  /** The verdict, one sentence. */
  readonly sentence: Both;
  /** What to do now. */
  readonly next: Both;
  /** What the verdict rests on, or what speaks against it. */
  readonly restsOn: readonly Both[];
  /** What was verified, to be compared with what is at hand. */
  readonly facts: readonly Row[];
  /** For experts. */
  readonly details: readonly Row[];
  /** For experts: codes, and what they mean. */
  readonly findings: readonly Pick<VerificationFinding, "code" | "text" | "detail">[];
}

/** Rows whose value is not empty. */
export function rowsOf(rows: readonly Row[]): Row[] {
  return rows.filter(([, value]) => value !== "");
}
