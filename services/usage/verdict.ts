import type { CertificateRecord } from "../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { Verdict } from "../../proto/gen/ecert/usage/v1/usage_context_pb.ts";
import { effectiveState } from "../domain/certificate-state.ts";
import { Refusal } from "../domain/refusal.ts";
import { RECORD_STATES } from "../runtime/record-state.ts";

const VERDICTS = {
  issued: Verdict.VALID,
  notYetValid: Verdict.NOT_YET_VALID,
  expired: Verdict.EXPIRED,
  suspended: Verdict.SUSPENDED,
  revoked: Verdict.REVOKED,
  superseded: Verdict.SUPERSEDED,
} as const;

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
