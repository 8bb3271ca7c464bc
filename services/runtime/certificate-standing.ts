import type { CertificateRecord } from "../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { type EffectiveState, effectiveState } from "../domain/certificate-state.ts";
import { Refusal } from "../domain/refusal.ts";
import { RECORD_STATES } from "./record-state.ts";

/** What tells what a certificate is worth: of a record, or of what was released of one. */
export type Standing = Pick<
  CertificateRecord,
  "identifier" | "state" | "stateSince" | "stateCause" | "validFrom" | "validTo"
>;

type RecordState = (typeof RECORD_STATES)[keyof typeof RECORD_STATES];

/** What a certificate is worth on a day, by its state and validity; its signature is judged elsewhere. */
export function standingOn(certificate: Standing, day: string): EffectiveState {
  const state = RECORD_STATES[certificate.state as keyof typeof RECORD_STATES] as RecordState | undefined;
  const { validFrom, validTo } = certificate;
  return effectiveState(state ?? "discarded", { ...(validFrom && { validFrom }), ...(validTo && { validTo }) }, day);
}

/**
 * Refuses the release of data and files of a certificate that is not in force on a day (5.4.3: valid ones are used): `STATE_CONFLICT`.
 */
export function requireInForce(certificate: Standing, day: string): void {
  const state = standingOn(certificate, day);
  if (state === "issued") return;
  const { identifier, stateSince: since, stateCause: cause } = certificate;
  throw new Refusal("STATE_CONFLICT", `the certificate is ${state}; ask the holder for the one in force`, {
    metadata: { identifier, state, since, cause },
  });
}
