import type { Seal } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import { parseCertificate } from "../../trust/certificate.ts";
import { subjectText } from "../../trust/name.ts";
import { readElectronicSeal } from "./electronic-seal.ts";
import { readSealCertificate } from "./seal-certificate.ts";

/** What people read of a seal's certificate and of its electronic seal. Each is left out where it cannot be read, as of records of long ago. */
export function readableParts(seal: Seal) {
  const certificate = readable(() => certificateOf(seal));
  const electronic = seal.electronicSeal.length === 0 ? undefined : readable(() => electronicOf(seal));
  return { ...(certificate && { certificate }), ...(electronic && { electronic }) };
}

function certificateOf({ signingCertificatePem }: Seal) {
  const { subject, issuer, serial, notAfter } = readSealCertificate(signingCertificatePem);
  return { subject: subjectText(subject), issuer: subjectText(issuer), serial, ends: notAfter.toISOString() };
}

function electronicOf({ electronicSeal }: Seal) {
  const { name, maker, validTo, picture } = readElectronicSeal(electronicSeal);
  const by = readable(() => subjectText(parseCertificate(maker).subject)) ?? "";
  return { name, maker: by, ends: validTo.toISOString(), pictureType: picture.type };
}

function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
