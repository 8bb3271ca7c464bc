import { findingOf, type VerificationFinding } from "../../statement/finding.ts";
import { isCompromise } from "../authority-lists.ts";
import type { Certificate } from "../certificate.ts";
import { answeredUntil, nameOf } from "../path.ts";
import { type SignatureReport, signerDetails } from "../report.ts";
import type { RevocationSource } from "../revocation.ts";
import type { RevocationAnswer, VerifiedSignature, VerifiedTimeStamp } from "./report.ts";

/** The time that a signature is judged at, and who says so. */
export interface SigningTime {
  signedAt: Date;
  timeFrom: VerifiedSignature["timeFrom"];
  /** The time stamp that counts, also where the issuer's record says the time. */
  timeStamp?: VerifiedTimeStamp;
}

/** Sources of the time of signing that a thief of the key has no hand in. */
const WITNESSED: readonly SigningTime["timeFrom"][] = ["record", "stamp"];

/**
 * Tells who signed, when, and how it stood and stands with the signer's certificate and the authorities above it. One of them
 * revoked after a time that only the signer claims leaves open whether it was signed before: EN 319 102-1 §5.2.6 asks for a proof of
 * existence then, for whatever cause it was revoked. Lists that have ended before `now` leave open whether one of them was: a thief of
 * the key need only name a time at which the list still told (`REVOCATION_STALE`). `above` is the path of whoever made the seal that
 * signed, which is judged along with the signer's, since a seal without proof of its time could be as old as its thief likes.
 */
export function signatureStanding(
  report: SignatureReport,
  { signedAt, timeFrom, timeStamp }: SigningTime,
  revocation: RevocationSource | undefined,
  now: Date,
  above: readonly Certificate[] = [],
): { signature?: VerifiedSignature; findings: VerificationFinding[] } {
  const { signer, path = [], algorithm } = report;
  if (signer === undefined) return { findings: [] };
  const findings: VerificationFinding[] = [];
  const { named: _, ...atSigning } = worstOf(path, signedAt, revocation);
  const { named, ...today } = worstOf(path, now, revocation);
  if (revocation === undefined) findings.push(findingOf("REVOCATION_UNCHECKED", "no revocation list was given"));
  if (timeFrom === "claimed") findings.push(findingOf("SIGNING_TIME_CLAIMED", signedAt.toISOString()));
  const witnessed = WITNESSED.includes(timeFrom);
  if (today.state === "revoked" && atSigning.state !== "revoked") {
    const detail = `${named} revoked since ${today.since?.toISOString()} (${today.cause})`;
    const doubt = isLost(today) ? "SIGNER_COMPROMISED" : "SIGNING_TIME_UNPROVED";
    findings.push(findingOf(witnessed ? "SIGNER_REVOKED_SINCE" : doubt, detail));
  }
  if (!witnessed && atSigning.state === "good") {
    const asked = [
      ...path.slice(0, -1).map((one) => [one, now] as const),
      // Seal makers' certificates end before their seals do.
      ...above.map((one) => [one, answeredUntil([one], now)] as const),
    ];
    findings.push(...staleLists(asked, revocation));
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

/** What lists that have ended leave open of a time that only the signer claims. */
function staleLists(
  asked: readonly (readonly [certificate: Certificate, at: Date])[],
  source: RevocationSource | undefined,
): VerificationFinding[] {
  for (const [certificate, at] of asked) {
    const status = source?.statusAt(certificate, at);
    if (status?.state === "unknown") {
      return [findingOf("REVOCATION_STALE", `status of ${nameOf(certificate)} is not known today: ${status.why}`)];
    }
  }
  return [];
}

/** The heaviest answer for the certificates of a path below its anchor, and which of them it is about. */
function worstOf(
  path: readonly Certificate[],
  at: Date,
  source: RevocationSource | undefined,
): RevocationAnswer & { named?: string } {
  if (source === undefined) return { at, state: "unchecked" };
  const answers = path.slice(0, -1).map((certificate) => answer(certificate, at, source));
  return answers.toSorted((a, b) => weightOf(b) - weightOf(a))[0] ?? { at, state: "unknown" };
}

function answer(certificate: Certificate, at: Date, source: RevocationSource) {
  const status = source.statusAt(certificate, at);
  const named = nameOf(certificate);
  if (status.state === "revoked") {
    return { at, state: status.state, since: status.at, cause: status.cause, named };
  }
  return { at, state: status.state === "unknown" ? status.state : ("good" as const), named };
}

function weightOf(answer: RevocationAnswer): number {
  return ["good", "unknown", "revoked"].indexOf(answer.state) + (isLost(answer) ? 1 : 0);
}

function isLost({ cause }: RevocationAnswer): boolean {
  return cause !== undefined && isCompromise(cause);
}
