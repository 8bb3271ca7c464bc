import { createHash, timingSafeEqual } from "node:crypto";
import { Refusal } from "../domain/refusal.ts";
import {
  type AlgorithmIdentifier,
  type DigestName,
  type SignatureAlgorithm,
  SUITES,
  signatureHolds,
  suiteOf,
} from "./algorithm.ts";
import type { Certificate } from "./certificate.ts";
import { DATA_TYPES, readSignedData, type SignedDataView } from "./cms-read.ts";
import { childrenOf, type DerElement, TAG } from "./der.ts";
import { readOctets, readOid, readTime } from "./der-read.ts";
import { OID } from "./oid.ts";
import { type PathOptions, validatePath } from "./path.ts";
import { reportOf, type SignatureReport, signerDetails } from "./report.ts";

/** What a signature is verified against. */
export interface VerifyOptions extends PathOptions {
  /** Demands the PAdES profile: no signing-time attribute. */
  requirePades?: boolean;
}

/** The detached content, its digest by the hash of the signer's suite, or what gives that digest once the suite is known. */
export type SignedContent =
  | { content: Uint8Array }
  | { contentDigest: Uint8Array }
  | { digestBy: (hash: DigestName) => Uint8Array };

/**
 * Verifies a detached CMS signature at the time `options.at`. Never throws on what the signature holds; the report names
 * everything that speaks against it. Strict: one signer, SHA-256 with P-256 or RSA of 2048 bits or more, or SM3 with SM2,
 * signing-certificate-v2 present and right (ETSI EN 319 122-1), and every embedded certificate on the validated path,
 * so that no octet of the signature can change unnoticed.
 */
export function verifyCms(cms: Uint8Array, signed: SignedContent, options: VerifyOptions): SignatureReport {
  try {
    return verify(cms, signed, options);
  } catch (error) {
    if (error instanceof Refusal) return reportOf([{ reason: "SIGNATURE_INVALID", detail: error.message }]);
    throw error;
  }
}

function verify(cms: Uint8Array, signed: SignedContent, options: VerifyOptions): SignatureReport {
  const view = readSignedData(cms);
  const certificates = view.certificates.map((der) => options.trust.certificate(der));
  const signer = certificates.find(
    ({ issuerDer, serialDer }) =>
      Buffer.compare(issuerDer, view.signer.issuerDer) === 0 && Buffer.compare(serialDer, view.signer.serialDer) === 0,
  );
  if (signer === undefined) throw invalid("the signer's certificate is not embedded");
  const algorithm = checkAlgorithms(view, signer);
  if (view.form === "gm" && (algorithm !== "sm2-sm3" || options.requirePades)) {
    throw invalid("a SignedData of GB/T 35275 is signed with SM2, and has no place in a PDF");
  }
  checkAttributes(view, signer, digestOf(signed, SUITES[algorithm].hash), options.requirePades ?? false);
  if (
    !signatureHolds(certificateForm(view.signatureAlgorithm), signer.publicKey, view.signedAttributes, view.signature)
  ) {
    throw invalid("the signature value is wrong");
  }
  const { path, findings, revokedLater } = validatePath(signer, certificates, options);
  const known = new Set(path.map(({ fingerprint }) => fingerprint));
  if (path.length > 0 && certificates.some(({ fingerprint }) => !known.has(fingerprint))) {
    findings.push({ reason: "SIGNATURE_INVALID", detail: "a certificate is embedded that the path does not use" });
  }
  const time = view.attributes.get(OID.signingTime);
  return reportOf(findings, {
    signer: signerDetails(signer),
    path,
    algorithm,
    ...(time !== undefined && { claimedTime: readTime(time) }),
    ...(revokedLater !== undefined && { revokedLater }),
  });
}

function checkAlgorithms(view: SignedDataView, signer: Certificate): SignatureAlgorithm {
  const algorithm = suiteOf(signer.publicKey);
  if (algorithm === undefined) throw invalid("the signer's key is weak or of an unknown kind");
  const { digestOid, signerOids } = SUITES[algorithm];
  if (view.digestAlgorithm.oid !== digestOid || view.digestAlgorithm.parameters === "other") {
    throw invalid(`digest algorithm ${view.digestAlgorithm.oid} is not accepted for this key`);
  }
  if (!signerOids.includes(view.signatureAlgorithm.oid)) {
    throw invalid(`signature algorithm ${view.signatureAlgorithm.oid} is not accepted for this key`);
  }
  return algorithm;
}

/** In SignerInfo `rsaEncryption`, and SM2 likewise, stand for the key with the digest named beside it (RFC 5754 §3.2). */
function certificateForm({ oid, parameters }: AlgorithmIdentifier): AlgorithmIdentifier {
  const whole: Readonly<Record<string, string>> = {
    [OID.rsaEncryption]: OID.sha256WithRsa,
    [OID.sm2Signature]: OID.sm2WithSm3,
  };
  return { oid: whole[oid] ?? oid, parameters };
}

function digestOf(signed: SignedContent, hash: DigestName): Uint8Array {
  if ("digestBy" in signed) return signed.digestBy(hash);
  return "contentDigest" in signed ? signed.contentDigest : createHash(hash).update(signed.content).digest();
}

function checkAttributes(view: SignedDataView, signer: Certificate, digest: Uint8Array, pades: boolean): void {
  const { attributes } = view;
  const contentType = attributes.get(OID.contentType);
  if (contentType === undefined || readOid(contentType) !== DATA_TYPES[view.form]) {
    throw invalid("content-type is missing or wrong");
  }
  const claimed = attributes.get(OID.messageDigest);
  if (claimed === undefined || !equal(readOctets(claimed), digest)) {
    throw invalid("message-digest differs: the content is not what was signed");
  }
  const certificateId = attributes.get(OID.signingCertificateV2);
  if (certificateId === undefined) throw invalid("signing-certificate-v2 is missing");
  if (!identifies(certificateId, signer)) throw invalid("signing-certificate-v2 names another certificate");
  if (pades && attributes.has(OID.signingTime)) throw invalid("a PAdES signature bears no signing-time attribute");
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

function invalid(detail: string): Refusal {
  return new Refusal("SIGNATURE_INVALID", detail);
}
