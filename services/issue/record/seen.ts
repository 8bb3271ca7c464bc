import { appOf } from "../../call/chain/app-of.ts";
import type { CallContext } from "../../call/chain/service.ts";
import { isWithinReach, type Reach } from "../../domain/permit.ts";
import { type CertificateDocument, messageOf, placeOfIssuer } from "./certificate.ts";
import { type CertificateName, requireOwn } from "./repository.ts";

/**
 * Refuses (`CERTIFICATE_UNKNOWN`, as what does not exist) a certificate that the caller does not see: apps and staff at work see those of their app, staff by their
 * reach those of issuers within it, whichever app has made them.
 */
export function requireSeen(
  found: CertificateDocument | undefined,
  call: CallContext,
  name: CertificateName,
): CertificateDocument {
  const { app } = appOf(call);
  const seen = found !== undefined && call.caller.kind === "staff" && isIssuerWithin(call.reach, found);
  return seen ? found : requireOwn(found, app, name);
}

function isIssuerWithin(reach: Reach, document: CertificateDocument): boolean {
  const { issuer: department, division } = placeOfIssuer(messageOf(document));
  return isWithinReach(reach, { department, division });
}
