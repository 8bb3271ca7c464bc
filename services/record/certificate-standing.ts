import type { CertificateRecord } from "../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { type EffectiveState, effectiveState, STATE_NAMES } from "../domain/certificate-state.ts";
import { Refusal } from "../domain/refusal.ts";
import { RECORD_STATES } from "./record-state.ts";

/** What tells what a certificate is worth: of a record, or of what was released of one. */
export type Standing = Pick<
  CertificateRecord,
  "identifier" | "state" | "stateSince" | "stateCause" | "validFrom" | "validTo" | "forkedSince"
>;

type RecordState = (typeof RECORD_STATES)[keyof typeof RECORD_STATES];

/** What a certificate is worth on a day, by its state and validity; its signature is judged elsewhere. */
export function standingOn(certificate: Standing, day: string): EffectiveState {
  const state = RECORD_STATES[certificate.state as keyof typeof RECORD_STATES] as RecordState | undefined;
  const { validFrom, validTo } = certificate;
  return effectiveState(state ?? "discarded", { ...(validFrom && { validFrom }), ...(validTo && { validTo }) }, day);
}

/**
 * Refuses the release of data and files of a certificate that is not in force on a day (5.4.3: valid ones are used): `STATE_CONFLICT`; and of one
 * under whose identifier a second certificate is known: `IDENTIFIER_FORKED`. `field` is what named it.
 */
export function requireInForce(certificate: Standing, day: string, field = "identifier"): void {
  const state = standingOn(certificate, day);
  const { identifier, stateSince: since, stateCause: cause, forkedSince } = certificate;
  if (state === "issued" && !forkedSince) return;
  if (state === "issued") throw forked(identifier, forkedSince, field);
  const description = `the certificate is ${state}`;
  const remedy = "ask the holder for the one in force";
  const localized = `证照状态为“${STATE_NAMES[state]}”，不能使用；请持证主体提供有效的证照`;
  throw new Refusal("STATE_CONFLICT", `${description}; ${remedy}`, {
    fields: [{ field, description, remedy, localized }],
    metadata: { identifier, state, since, cause },
  });
}

/** The refusal of what depends on which of two certificates stands. */
export function forked(identifier: string, since: string, field = "identifier"): Refusal {
  const description = `a second certificate is known under the identifier since ${since}`;
  const remedy =
    "an operator of the province decides which of the two stands: `ecert forks list`, `ecert forks settle`";
  const localized = `自${since}起已知同一标识下有另一份证照，须由省级运维裁定（ecert forks list、ecert forks settle）`;
  return new Refusal("IDENTIFIER_FORKED", `certificate ${identifier}: ${description}`, {
    fields: [{ field, description, remedy, localized }],
    metadata: { identifier, since },
  });
}
