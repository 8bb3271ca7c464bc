import type { CertificateRecord } from "../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { Verdict } from "../../proto/gen/ecert/usage/v1/usage_context_pb.ts";
import { effectiveState } from "../domain/certificate-state.ts";
import { Refusal } from "../domain/refusal.ts";
import { RECORD_STATES } from "../runtime/record-state.ts";
import { FINDINGS, type FindingCode } from "../trust/verification/finding.ts";

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

/** What a certificate is worth on a day, by its state and validity; its signature is judged elsewhere. */
export function verdictOf(record: CertificateRecord, day: string): Verdict {
  const state = RECORD_STATES[record.state as keyof typeof RECORD_STATES];
  const validity = {
    ...(record.validFrom && { validFrom: record.validFrom }),
    ...(record.validTo && { validTo: record.validTo }),
  };
  const effective = effectiveState(state ?? "discarded", validity, day);
  return VERDICTS[effective as keyof typeof VERDICTS] ?? Verdict.UNSPECIFIED;
}

/**
 * What a certificate is worth that does not hold by the judgement that all share; `undefined` where it does. `findings` are codes of reports.
 * Throws `PEER_AWAY` where the register of issuers is too old to tell.
 */
export function verdictAgainst(judgement: { holds: boolean; findings: readonly string[] }): Verdict | undefined {
  if (judgement.holds) return undefined;
  const weighty = judgement.findings.filter((code) => FINDINGS[code as FindingCode]?.[0] !== "note");
  if (weighty.length === 0 || !weighty.every((code) => BY_RIGHT.includes(code))) return Verdict.SIGNATURE_BAD;
  if (weighty.some((code) => code !== "REGISTER_STALE")) return Verdict.ISSUER_NOT_AUTHORISED;
  const message = "the register of issuers is older than the certificate, and the province cannot be asked now";
  throw new Refusal("PEER_AWAY", message, { retryAfterMs: 2_000 });
}

/** Refuses the release of data and files of a certificate that is not in force (5.4.3: valid ones are used). */
export function requireInForce(record: CertificateRecord, day: string): void {
  const verdict = verdictOf(record, day);
  if (verdict === Verdict.VALID) return;
  const state = Object.keys(Verdict).find((name) => Verdict[name as keyof typeof Verdict] === verdict) ?? "UNSPECIFIED";
  throw new Refusal(
    "STATE_CONFLICT",
    `the certificate is ${state.toLowerCase()}; ask the holder for the one in force`,
    {
      metadata: { identifier: record.identifier, state, since: record.stateSince, cause: record.stateCause },
    },
  );
}
