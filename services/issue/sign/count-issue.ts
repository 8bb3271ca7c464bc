import { dayLimitReached } from "../../domain/opening-controls.ts";
import type { IssueContext } from "../context.ts";
import type { CertificateDocument } from "../record/certificate.ts";
import type { IssuingTerms } from "../terms/terms.ts";

/**
 * 6.4.5.1: counts a certificate against the limit of its opening before an agent signs it: once on a day, however often it is tried. The
 * count is durable before the mark on the certificate, and both before the signature: a crash in between uses up one, and never is one more
 * issued than the limit. Resolves to the certificate with its mark, or to `undefined` where somebody else wrote meanwhile. Throws
 * `DAY_LIMIT_REACHED`.
 */
export async function counted(
  { issued, certificates, runtime: { now } }: IssueContext,
  document: CertificateDocument,
  { openingKey, controls: { issuesPerDay } }: Pick<IssuingTerms, "openingKey" | "controls">,
  day: string,
): Promise<CertificateDocument | undefined> {
  if (issuesPerDay === 0 || document.countedFor === markOf(day, openingKey)) return document;
  const taken = await issued.take("issued", openingKey, issuesPerDay, (of) => dayLimitReached(issuesPerDay, of, now()));
  return certificates.replace({ ...document, countedFor: markOf(taken, openingKey) });
}

function markOf(day: string, openingKey: string): string {
  return `${day}/${openingKey}`;
}
