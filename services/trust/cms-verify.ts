import { createHash, timingSafeEqual } from "node:crypto";
import { Refusal } from "../domain/refusal.ts";
import { type AlgorithmIdentifier, type SignatureAlgorithm, signatureHolds, suiteOf } from "./algorithm.ts";
import type { Certificate } from "./certificate.ts";
import { readSignedData, type SignedDataView } from "./cms-read.ts";
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

/** The detached content, or its SHA-256. */
export type SignedContent = { content: Uint8Array } | { contentDigest: Uint8Array };

/**
 * Verifies a detached CMS signature at the time `options.at`. Never throws on what the signature holds; the report names
 * everything that speaks against it. Strict: one signer, SHA-256 with P-256 or RSA of 2048 bits or more,
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
  checkAttributes(view, signer, signed, options.requirePades ?? false);
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
    algorithm,
    ...(time !== undefined && { claimedTime: readTime(time) }),
    ...(revokedLater !== undefined && { revokedLater }),
  });
}

function checkAlgorithms(view: SignedDataView, signer: Certificate): SignatureAlgorithm {
  if (view.digestAlgorithm.oid !== OID.sha256 || view.digestAlgorithm.parameters === "other") {
    throw invalid(`digest algorithm ${view.digestAlgorithm.oid} is not accepted`);
  }
  const algorithm = suiteOf(signer.publicKey);
  if (algorithm === undefined) throw invalid("the signer's key is weak or of an unknown kind");
  const fitting: string[] =
    algorithm === "rsa-pkcs1-sha256" ? [OID.rsaEncryption, OID.sha256WithRsa] : [OID.ecdsaWithSha256];
  if (!fitting.includes(view.signatureAlgorithm.oid)) {
    throw invalid(`signature algorithm ${view.signatureAlgorithm.oid} is not accepted for this key`);
  }
  return algorithm;
}

/** In SignerInfo `rsaEncryption` stands for RSA with the digest named beside it (RFC 5754 §3.2). */
function certificateForm({ oid, parameters }: AlgorithmIdentifier): AlgorithmIdentifier {
  return { oid: oid === OID.rsaEncryption ? OID.sha256WithRsa : oid, parameters };
}

function checkAttributes(view: SignedDataView, signer: Certificate, signed: SignedContent, pades: boolean): void {
  const { attributes } = view;
  const contentType = attributes.get(OID.contentType);
  if (contentType === undefined || readOid(contentType) !== OID.data) throw invalid("content-type is missing or wrong");
  const digest = "contentDigest" in signed ? signed.contentDigest : sha256(signed.content);
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

function sha256(content: Uint8Array): Uint8Array {
  return createHash("sha256").update(content).digest();
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

function invalid(detail: string): Refusal {
  return new Refusal("SIGNATURE_INVALID", detail);
}
