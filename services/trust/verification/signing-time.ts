import { findingOf, type VerificationFinding } from "../../statement/finding.ts";
import type { CertificateStatus } from "../../statement/status-source.ts";
import type { SignatureReport } from "../report.ts";
import { classify } from "./classify.ts";
import type { OpenedDocument } from "./opened.ts";
import type { SigningTime } from "./signature-standing.ts";
import { timeStampStanding } from "./time-stamp-standing.ts";

/** Clocks of signers may run ahead by so much. */
const SKEW_MS = 300_000;

/** A signature as of the time at which it counts as made. */
export interface TimedSignature {
  time: SigningTime;
  report: SignatureReport;
}

/** Judges as of the time stamp where one counts, else of what the signer claims, else of now. */
export function firstJudged(
  opened: OpenedDocument,
  at: Date,
): TimedSignature & {
  /** What is to be said of the time stamp. */
  remarks: VerificationFinding[];
} {
  const claimed = opened.judge(opened.claimedTime ?? at);
  const { timeStamp, findings } = timeStampStanding(claimed.timeStamp, at);
  const remarks = findings.filter(({ code }) => !(code === "TIME_STAMP_AGED" && opened.longTerm?.lasts));
  const time: SigningTime = timeStamp
    ? { signedAt: timeStamp.time, timeFrom: "stamp", timeStamp }
    : { signedAt: opened.claimedTime ?? at, timeFrom: opened.claimedTime ? "claimed" : "unknown" };
  return { time, report: timeStamp ? opened.judge(timeStamp.time) : claimed, remarks };
}

/** The same as of the time that the issuer's record tells, where one does. */
export function judgedByRecord(
  opened: OpenedDocument,
  { time, report }: TimedSignature,
  status: CertificateStatus | undefined,
): TimedSignature {
  const signedAt = status?.issuedAt;
  if (signedAt === undefined) return { time, report };
  return { time: { ...time, signedAt, timeFrom: "record" }, report: opened.judge(signedAt) };
}

/** The signature value is good and its signer leads to a configured authority; the time may still be held against it. */
export function isTrusted(report: SignatureReport): boolean {
  if (report.signer === undefined || report.path?.length === 0) return false;
  return report.findings.every(
    ({ reason, detail }) => reason !== "SIGNATURE_INVALID" && classify({ reason, detail }).code !== "SIGNER_UNTRUSTED",
  );
}

/** Whether a signature claims to be of a time that is still to come. */
export function futureFaults({ signedAt }: SigningTime, at: Date): VerificationFinding[] {
  if (signedAt.getTime() <= at.getTime() + SKEW_MS) return [];
  return [findingOf("SIGNED_IN_FUTURE", `signed at ${signedAt.toISOString()}`)];
}
