import { Verdict } from "../../../proto/gen/ecert/usage/v1/usage_context_pb.ts";
import { Refusal } from "../../domain/refusal.ts";
import { type Standing, standingOn } from "../../record/certificate-standing.ts";
import { FINDINGS, type FindingCode } from "../../statement/finding.ts";

const VERDICTS = {
  issued: Verdict.VALID,
  notYetValid: Verdict.NOT_YET_VALID,
  expired: Verdict.EXPIRED,
  suspended: Verdict.SUSPENDED,
  revoked: Verdict.REVOKED,
  superseded: Verdict.SUPERSEDED,
} as const;

/** Findings about who signed for whom, and with which right: the signature itself holds. */
const BY_RIGHT: readonly string[] = ["SIGNER_FOREIGN", "ISSUER_NOT_AUTHORISED", "REGISTER_STALE"];

/** Findings that leave open which certificate stands, or whether its state has changed since: signature and right are good. */
const DOUBTS: readonly string[] = ["IDENTIFIER_FORKED", "STATE_STALE"];

/** What a certificate is worth on a day, by its state and validity; its signature is judged elsewhere. */
export function verdictOf(certificate: Standing, day: string): Verdict {
  if (certificate.forkedSince && standingOn(certificate, day) === "issued") return Verdict.UNDETERMINED;
  return VERDICTS[standingOn(certificate, day) as keyof typeof VERDICTS] ?? Verdict.UNSPECIFIED;
}

/**
 * What a certificate is worth that does not hold by the judgement that all share; `undefined` where it does. `findings` are codes of reports.
 * Throws `PEER_AWAY` where the register of issuers is too old to tell.
 */
export function verdictAgainst(judgement: { holds: boolean; findings: readonly string[] }): Verdict | undefined {
  if (judgement.holds) return undefined;
  const weighty = judgement.findings.filter((code) => FINDINGS[code as FindingCode]?.[0] !== "note");
  const graver = weighty.filter((code) => !DOUBTS.includes(code));
  if (weighty.length > 0 && graver.length === 0) return Verdict.UNDETERMINED;
  if (graver.length === 0 || !graver.every((code) => BY_RIGHT.includes(code))) return Verdict.SIGNATURE_BAD;
  if (graver.some((code) => code !== "REGISTER_STALE")) return Verdict.ISSUER_NOT_AUTHORISED;
  const message = "the register of issuers is older than the certificate, and the province cannot be asked now";
  throw new Refusal("PEER_AWAY", message, { retryAfterMs: 2_000 });
}

/** The verdict by state and validity, and by the judgement: that it is not in force counts whatever is left open. Throws as {@link verdictAgainst} does. */
export function joinedVerdict(byState: Verdict, judgement: { holds: boolean; findings: readonly string[] }): Verdict {
  const against = verdictAgainst(judgement);
  if (against === Verdict.UNDETERMINED && byState !== Verdict.VALID) return byState;
  return against ?? byState;
}
