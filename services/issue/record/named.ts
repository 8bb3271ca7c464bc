import { appOf } from "../../call/chain/app-of.ts";
import type { CallContext } from "../../call/chain/service.ts";
import { refuseField } from "../../domain/refusal.ts";
import type { IssueContext } from "../context.ts";
import type { CertificateDocument } from "./certificate.ts";
import type { CertificateName } from "./repository.ts";
import { requireSeen } from "./seen.ts";

/**
 * The certificate that a request names, by its serial or its identifier: one of the calling app, for staff also one of an issuer within reach, by its
 * identifier. Refused: INVALID_FIELD where none of the two or both are there, CERTIFICATE_UNKNOWN.
 */
export async function namedCertificate(
  { certificates }: Pick<IssueContext, "certificates">,
  { businessSerial, identifier }: { businessSerial: string; identifier: string },
  call: CallContext,
): Promise<CertificateDocument> {
  const { app } = appOf(call);
  if ((businessSerial === "") === (identifier === "")) {
    const description = "exactly one of business_serial and identifier names the certificate";
    const localized = "business_serial与identifier须填写且只填写一个，请更正";
    throw refuseField("INVALID_FIELD", "business_serial", description, "send one of the two", localized);
  }
  const found = businessSerial ? await certificates.bySerial(app, businessSerial) : await certificates.get(identifier);
  const named: CertificateName = businessSerial
    ? { field: "business_serial", name: businessSerial }
    : { field: "identifier", name: identifier };
  const own = requireSeen(found, call, named);
  call.note({ identifier: own._id });
  return own;
}
