import { createHash, timingSafeEqual } from "node:crypto";
import { Refusal } from "../domain/refusal.ts";
import type { TrustAnchors } from "./anchors.ts";
import type { Certificate } from "./certificate.ts";
import type { SignedDataView } from "./cms-read.ts";
import { childrenOf, type DerElement, TAG } from "./der.ts";
import { readOctets, readOid } from "./der-read.ts";
import { OID } from "./oid.ts";

/** The signer of a CMS among the certificates that travel with it. Refuses (`SIGNATURE_INVALID`) one that is not there. */
export function embeddedSigner(
  view: SignedDataView,
  trust: TrustAnchors,
): { signer: Certificate; certificates: Certificate[] } {
  const certificates = view.certificates.map((der) => trust.certificate(der));
  const signer = certificates.find(
    ({ issuerDer, serialDer }) =>
      Buffer.compare(issuerDer, view.signer.issuerDer) === 0 && Buffer.compare(serialDer, view.signer.serialDer) === 0,
  );
  if (signer === undefined) throw invalid("the signer's certificate is not embedded");
  return { signer, certificates };
}

/**
 * Holds that the signed attributes name the content type, the digest of the content and, by signing-certificate-v2
 * (RFC 5035), the signer's certificate. Refuses (`SIGNATURE_INVALID`) otherwise.
 */
export function checkAttributes(
  { attributes }: SignedDataView,
  signer: Certificate,
  { contentType, digest }: { contentType: string; digest: Uint8Array },
): void {
  const type = attributes.get(OID.contentType);
  if (type === undefined || readOid(type) !== contentType) throw invalid("content-type is missing or wrong");
  const claimed = attributes.get(OID.messageDigest);
  if (claimed === undefined || !equal(readOctets(claimed), digest)) {
    throw invalid("message-digest differs: the content is not what was signed");
  }
  const certificateId = attributes.get(OID.signingCertificateV2);
  if (certificateId === undefined) throw invalid("signing-certificate-v2 is missing");
  if (!identifies(certificateId, signer)) throw invalid("signing-certificate-v2 names another certificate");
}

const HASHES: Readonly<Record<string, string>> = {
  [OID.sha256]: "sha256",
  [OID.sha384]: "sha384",
  [OID.sha512]: "sha512",
  [OID.sm3]: "sm3",
};

/** SigningCertificateV2 (RFC 5035 §3): its first ESSCertIDv2 must name the signer. */
function identifies(attribute: DerElement, signer: Certificate): boolean {
  const [list] = childrenOf(attribute, TAG.sequence);
  const [first] = list === undefined ? [] : childrenOf(list, TAG.sequence);
  const members = first === undefined ? [] : childrenOf(first, TAG.sequence);
  const named = members[0]?.tag === TAG.sequence ? members.shift() : undefined;
  const hash = named === undefined ? "sha256" : HASHES[readOid(childrenOf(named)[0])];
  if (hash === undefined) return false;
  const [digest, issuerSerial] = members;
  if (!equal(readOctets(digest), createHash(hash).update(signer.der).digest())) return false;
  if (issuerSerial === undefined) return true;
  const serial = childrenOf(issuerSerial, TAG.sequence)[1];
  return serial !== undefined && Buffer.compare(serial.raw, signer.serialDer) === 0;
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

/** The refusal of a signature that is not good. */
export function invalid(detail: string): Refusal {
  return new Refusal("SIGNATURE_INVALID", detail);
}
