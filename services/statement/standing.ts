import { effectiveState } from "../domain/certificate-state.ts";
import { shanghaiDay } from "../domain/civil-date.ts";
import type { Validity } from "../domain/validity-rule.ts";
import { type FindingCode, findingOf, type VerificationFinding } from "./finding.ts";
import type { CertificateStatus } from "./status-source.ts";

/** States older than this do not make a document valid any more: 7 days. */
export const MAX_STATE_AGE_SECONDS = 7 * 86_400;

/** State of the certificate (证照) as far as it could be learnt. */
export interface VerifiedState {
  state: "valid" | "suspended" | "revoked" | "superseded" | "expired" | "notYetValid" | "unknown";
  /** `issuer` and `archive` were asked now; `bundle` is a signed status bundle of the given age. */
  source: "issuer" | "archive" | "bundle" | "none";
  /** RFC 3339. */
  since?: string;
  /** When the source was right. */
  asOf?: Date;
  ageSeconds?: number;
  text?: string;
  sourceText?: string;
}

const CODES: Partial<Record<VerifiedState["state"], FindingCode>> = {
  suspended: "CERTIFICATE_SUSPENDED",
  revoked: "CERTIFICATE_REVOKED",
  superseded: "CERTIFICATE_SUPERSEDED",
  expired: "CERTIFICATE_EXPIRED",
  notYetValid: "CERTIFICATE_NOT_YET_VALID",
};

/** What a certificate is worth `at` a time, from its state on record and its validity. */
export function standingOf(
  certificate: { readonly identifier?: string; readonly validity?: Validity },
  status: CertificateStatus | "unrecorded" | undefined,
  at: Date,
  maxAgeSeconds: number,
): { state: VerifiedState; findings: VerificationFinding[] } {
  const known = typeof status === "object" ? status : undefined;
  const validity = certificate.validity ?? known?.validity;
  const day = shanghaiDay(at);
  const effective = effectiveState(known?.state ?? "issued", validity ?? {}, day);
  const source = sourceOf(known, at);
  // That its days are over shows without any source.
  const decided = effective !== "issued" && CODES[effective as keyof typeof CODES];
  if (decided) {
    const since = known?.since !== undefined && effective === known.state ? { since: known.since } : {};
    const detail = effective === "expired" ? `valid until ${validity?.validTo}` : `${effective}${sinceText(known)}`;
    return {
      state: { ...source, ...since, state: effective as VerifiedState["state"] },
      findings: [findingOf(decided, detail), ...doubts(known)],
    };
  }
  if (certificate.identifier === undefined) {
    return unknown("IDENTIFIER_MISSING", "its state cannot be asked for without the certificate identifier");
  }
  if (status === "unrecorded") return unknown("CERTIFICATE_UNRECORDED", "the archive holds no such certificate");
  if (known === undefined) return unknown("STATE_UNKNOWN", "no source of states was asked, or it could not answer");
  if (validity === undefined) return unknown("STATE_UNKNOWN", "the document does not say until when it is valid");
  const [doubt] = doubts(known);
  if (doubt) return { state: { ...source, state: "unknown" }, findings: [doubt] };
  const state: VerifiedState = { ...source, state: "valid", ...(known.since !== undefined && { since: known.since }) };
  const age = source.ageSeconds ?? 0;
  if (age <= maxAgeSeconds) return { state, findings: [] };
  return { state, findings: [findingOf("STATE_STALE", `the states are ${Math.floor(age / 86_400)} days old`)] };

  function unknown(code: FindingCode, detail: string) {
    return { state: { ...source, state: "unknown" as const }, findings: [findingOf(code, detail)] };
  }
}

/** What keeps a state on record from deciding. */
function doubts(known: CertificateStatus | undefined): VerificationFinding[] {
  if (known?.forkedSince !== undefined)
    return [findingOf("IDENTIFIER_FORKED", `a second record under the identifier is known since ${known.forkedSince}`)];
  return known?.outdated ? [findingOf("STATE_STALE", "the issuing node was started from an older copy of itself")] : [];
}

function sourceOf(known: CertificateStatus | undefined, at: Date): Omit<VerifiedState, "state"> {
  if (known === undefined) return { source: "none" };
  const ageSeconds = Math.max(0, Math.floor((at.getTime() - known.asOf.getTime()) / 1000));
  return { source: known.source, asOf: known.asOf, ageSeconds };
}

function sinceText(known: CertificateStatus | undefined): string {
  return known?.since === undefined ? "" : ` since ${known.since}`;
}
