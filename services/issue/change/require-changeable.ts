import { appOf } from "../../call/chain/app-of.ts";
import type { CallContext } from "../../call/chain/service.ts";
import { shanghaiDay } from "../../domain/civil-date.ts";
import { Refusal } from "../../domain/refusal.ts";
import { rightTime } from "../../host/right-time.ts";
import type { IssueContext } from "../context.ts";
import { type CertificateDocument, messageOf, wasIssued } from "../record/certificate.ts";
import { type CertificateName, requireOwn } from "../record/repository.ts";

/**
 * The certificate, where the caller may change it: as the app that made it, while that acts for the issuer (`PERMISSION_DENIED`), or as one of the
 * issuer's own where an app of another department made it (6.4.4.2, 6.4.4.4). Refused as what does not exist (`CERTIFICATE_UNKNOWN`) to everybody
 * else. The catalog is asked only where app and issuer are of two departments; what was not issued its app discards by itself.
 */
export async function requireChangeable(
  context: IssueContext,
  call: CallContext,
  found: CertificateDocument | undefined,
  name: CertificateName,
): Promise<CertificateDocument> {
  const { app, department } = appOf(call);
  if (!found) return requireOwn(found, app, name);
  const own = found.app === app;
  const issuerCode = messageOf(found).metadata.issuer.code;
  const ofIssuer = issuerCode === department;
  if (!own && !ofIssuer) return requireOwn(found, app, name);
  if (own && (ofIssuer || !wasIssued(found))) return found;
  const day = shanghaiDay(rightTime(context.runtime));
  try {
    await context.terms.requireChange({ app, issuedBy: found.app, itemCode: found.itemCode, issuerCode, day }, call);
  } catch (error) {
    const refused =
      error instanceof Refusal && (error.reason === "PERMISSION_DENIED" || error.reason === "APP_UNKNOWN");
    if (own || !refused) throw error;
    return requireOwn(found, app, name);
  }
  return found;
}
