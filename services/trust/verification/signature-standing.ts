import type { Certificate } from "../certificate.ts";
import { type SignatureReport, signerDetails } from "../report.ts";
import type { RevocationSource } from "../revocation.ts";
import { findingOf, type VerificationFinding } from "./finding.ts";
import type { RevocationAnswer, VerifiedSignature, VerifiedTimeStamp } from "./report.ts";

/** The time that a signature is judged at, and who says so. */
export interface SigningTime {
  signedAt: Date;
  timeFrom: VerifiedSignature["timeFrom"];
  /** The time stamp that counts, also where the issuer's record says the time. */
  timeStamp?: VerifiedTimeStamp;
}

/** Causes that leave open when a key was used by somebody else. */
export const COMPROMISED: readonly string[] = ["keyCompromise", "cACompromise", "aACompromise"];

/** Sources of the time of signing that a thief of the key has no hand in. */
const WITNESSED: readonly SigningTime["timeFrom"][] = ["record", "stamp"];

/** Tells who signed, when, and how it stood and stands with the signer's certificate. */
export function signatureStanding(
  report: SignatureReport,
  { signedAt, timeFrom, timeStamp }: SigningTime,
  revocation: RevocationSource | undefined,
  now: Date,
): { signature?: VerifiedSignature; findings: VerificationFinding[] } {
  const { signer, path = [], algorithm } = report;
  if (signer === undefined) return { findings: [] };
  const findings: VerificationFinding[] = [];
  const certificate = path[0];
  const atSigning = answer(certificate, signedAt, revocation);
  const today = answer(certificate, now, revocation);
  if (revocation === undefined) findings.push(findingOf("REVOCATION_UNCHECKED", "no revocation list was given"));
  if (timeFrom === "claimed") findings.push(findingOf("SIGNING_TIME_CLAIMED", signedAt.toISOString()));
  if (today.state === "revoked" && atSigning.state !== "revoked") {
    const detail = `revoked since ${today.since?.toISOString()} (${today.cause})`;
    const doubtful = !WITNESSED.includes(timeFrom) && COMPROMISED.includes(today.cause ?? "");
    findings.push(findingOf(doubtful ? "SIGNER_COMPROMISED" : "SIGNER_REVOKED_SINCE", detail));
  }
  if (signer.notAfter < now && signer.notAfter >= signedAt) {
    findings.push(findingOf("SIGNER_EXPIRED_SINCE", `valid until ${signer.notAfter.toISOString()}`));
  }
  const signature: VerifiedSignature = {
    signer,
    ...(algorithm !== undefined && { algorithm }),
    chain: path.map(signerDetails),
    signedAt,
    timeFrom,
    ...(timeStamp !== undefined && { timeStamp }),
    revocation: { atSigning, now: today },
  };
  return { signature, findings };
}

function answer(
  certificate: Certificate | undefined,
  at: Date,
  source: RevocationSource | undefined,
): RevocationAnswer {
  if (source === undefined || certificate === undefined) return { at, state: source ? "unknown" : "unchecked" };
  const status = source.statusAt(certificate, at);
  if (status.state === "revoked") return { at, state: "revoked", since: status.at, cause: status.cause };
  return { at, state: status.state === "unknown" ? "unknown" : "good" };
}
