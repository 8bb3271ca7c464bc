import { findingOf, type VerificationFinding } from "../../statement/finding.ts";
import { answeredUntil } from "../path.ts";
import { signerDetails, type TimeStampReport } from "../report.ts";
import type { VerifiedTimeStamp } from "./report.ts";

/** Causes of a later revocation that leave the stamps of before it standing (RFC 3161 §4.1): the key was not lost. */
const KEY_KEPT: readonly string[] = ["unspecified", "affiliationChanged", "superseded", "cessationOfOperation"];

/**
 * Tells whether a time stamp counts at the time of verification, and what it says. A later revocation of its authority, or of one
 * above it, leaves open who made the stamp, so that it counts for nothing, unless the list states a cause that rules a lost key
 * out; an authority whose certificate has merely ended keeps its word. What comes after `provedBy` leaves the stamp standing.
 * Lists that have ended since, while the authority's certificate had not, leave open whether it lost its key: the stamp counts for
 * nothing until there are newer ones.
 */
export function timeStampStanding(
  report: TimeStampReport | undefined,
  now: Date,
): { timeStamp?: VerifiedTimeStamp; findings: VerificationFinding[] } {
  if (report === undefined) return { findings: [] };
  const { stamp, signer, path = [], revokedLater, listsEnd, provedBy = now } = report;
  const { findings: remarks } = timeStampStanding(report.standsInFor, now);
  if (!report.ok || stamp === undefined || signer === undefined) {
    // A bad one is held against the signature already: see `judgeTimeStamp`.
    const whole = report.findings.every(({ reason }) => reason === "SIGNER_UNTRUSTED");
    return { findings: whole ? report.findings.map(({ detail }) => findingOf("TIME_STAMP_UNTRUSTED", detail)) : [] };
  }
  const lost = revokedLater?.find(({ at, cause }) => at <= provedBy && !KEY_KEPT.includes(cause));
  if (lost !== undefined) {
    const detail = `${lost.certificate} revoked since ${lost.at.toISOString()} (${lost.cause})`;
    return { findings: [findingOf("TIME_STAMP_COMPROMISED", detail)] };
  }
  if (listsEnd !== undefined && listsEnd < answeredUntil(path.slice(0, -1), provedBy)) {
    const detail = `the revocation list of its authority ended at ${listsEnd.toISOString()}: get a newer one`;
    return { findings: [findingOf("TIME_STAMP_STALE", detail)] };
  }
  const aged = signer.notAfter < now;
  return {
    findings: [
      ...remarks,
      ...(aged ? [findingOf("TIME_STAMP_AGED", `valid until ${signer.notAfter.toISOString()}`)] : []),
    ],
    timeStamp: {
      time: stamp.time,
      ...(stamp.accuracyMs !== undefined && { accuracyMs: stamp.accuracyMs }),
      authority: signer,
      chain: path.map(signerDetails),
      policy: stamp.policy,
      serial: stamp.serial,
    },
  };
}
