import { instantOf } from "../../domain/instant.ts";
import { Refusal } from "../../domain/refusal.ts";
import { rightTime } from "../../host/right-time.ts";
import type { Runtime } from "../../node/runtime.ts";
import { type CertificateDocument, messageOf } from "../record/certificate.ts";
import type { CertificateRepository } from "../record/repository.ts";

/**
 * The time at which a certificate counts as issued, RFC 3339: now, and where the clock of another replica was a little ahead when it was made, that
 * of its making. Throws `CLOCK_WRONG` where this clock may not be believed or is behind that time by more than the bound, and `SIGNER_EXPIRED`
 * where the signing certificate is not valid then: nobody would take over what was issued outside of it.
 */
export function issueTime(
  runtime: Runtime,
  document: CertificateDocument,
  { notBefore, notAfter }: { notBefore: Date; notAfter: Date },
): string {
  const { clock, config } = runtime;
  const time = rightTime(runtime).getTime();
  const prepared = instantOf(messageOf(document).metadata.preparedAt);
  const identifier = document._id;
  if (prepared - time > config.clockToleranceMs) {
    const behind = Math.round((prepared - time) / 1_000);
    const message = `certificate ${identifier} was made ${behind} s after the time of this host's clock: set it by NTP`;
    throw new Refusal("CLOCK_WRONG", message, { retryAfterMs: 5_000, metadata: { identifier } });
  }
  const issued = new Date(Math.max(time, prepared));
  if (issued < notBefore || issued > notAfter) {
    const period = `${notBefore.toISOString()} to ${notAfter.toISOString()}`;
    const message = `the signing certificate is valid from ${period}, and by this host's clock it is ${issued.toISOString()}`;
    throw new Refusal("SIGNER_EXPIRED", `${message}: renew it, or set the clock`, { metadata: { identifier } });
  }
  clock.stamped(issued);
  return issued.toISOString();
}

/** Tells the clock watch the newest time that is stored, about: that of the last change among certificates of the last day of issue. */
export async function rememberNewest({ clock }: Runtime, certificates: CertificateRepository): Promise<void> {
  const { items } = await certificates.query({ index: "bucketChange", descending: true, limit: 1 });
  const at = items[0]?.recordChangedAt;
  if (at !== undefined) clock.stamped(new Date(instantOf(at)));
}
