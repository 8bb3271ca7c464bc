import type { VerificationFinding } from "../../statement/finding.ts";
import { standingOf, type VerifiedState } from "../../statement/standing.ts";
import type { CertificateStatus } from "../../statement/status-source.ts";
import { readMessageView } from "./message-view.ts";
import type { OpenedDocument } from "./opened.ts";

/** What the certificate of a document is worth `at` a time: its validity stands in the document, else in the message on record. */
export function documentStanding(
  { identifier, validity }: Pick<OpenedDocument, "identifier" | "validity">,
  status: CertificateStatus | "unrecorded" | undefined,
  at: Date,
  maxAgeSeconds: number,
): { state: VerifiedState; findings: VerificationFinding[] } {
  const known = validity ?? (typeof status === "object" ? recordedValidity(status) : undefined);
  const certificate = { ...(identifier !== undefined && { identifier }), ...(known && { validity: known }) };
  return standingOf(certificate, status, at, maxAgeSeconds);
}

function recordedValidity({ message, validity }: CertificateStatus): OpenedDocument["validity"] {
  if (message === undefined) return validity;
  const { validFrom, validTo } = readMessageView(message).metadata;
  return { ...(validFrom !== undefined && { validFrom }), ...(validTo !== undefined && { validTo }) };
}
