import { createHash } from "node:crypto";
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
import { checkAttributes, embeddedSigner, invalid } from "./cms-signer.ts";
import { readTime } from "./der-read.ts";
import { OID } from "./oid.ts";
import { type PathOptions, validatePath } from "./path.ts";
import { reportOf, type SignatureReport, signerDetails } from "./report.ts";
import { judgeTimeStamp } from "./time-stamp/judge.ts";
import type { TimeStampTrust } from "./time-stamp/verify-token.ts";
import { unaccepted, unacceptedKey } from "./unaccepted-algorithm.ts";

/** What a signature is verified against. */
export interface VerifyOptions extends PathOptions {
  /** Demands the PAdES profile: no signing-time attribute. */
  requirePades?: boolean;
  /** Authorities of time stamps. Without them a time stamp is held against its signature only, and trusted by nobody. */
  timeStamps?: TimeStampTrust;
}

/** The detached content, its digest by the hash of the signer's suite, or what gives that digest once the suite is known. */
export type SignedContent =
  | { content: Uint8Array }
  | { contentDigest: Uint8Array }
  | { digestBy: (hash: DigestName) => Uint8Array };

/**
 * Verifies a detached CMS signature at the time `options.at`. Never throws on what the signature holds; the report names
 * everything that speaks against it. Strict: one signer, SHA-256 with P-256 or RSA of 2048 bits or more, or SM3 with SM2,
 * signing-certificate-v2 present and right (ETSI EN 319 122-1), and every embedded certificate on the validated path, once, so that
 * nothing foreign travels along. The envelope may be written as the standards allow; that of our own documents has one spelling,
 * see `ownEnvelope`. A time stamp over the signature value is verified with it: a bad
 * one is held against the signature, one of an authority that is not trusted only told (see `SignatureReport.timeStamp`).
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
  const { signer, certificates } = embeddedSigner(view, options.trust);
  const algorithm = checkAlgorithms(view, signer);
  if (view.form === "gm" && (algorithm !== "sm2-sm3" || options.requirePades)) {
    throw invalid("a SignedData of GB/T 35275 is signed with SM2, and has no place in a PDF");
  }
  const digest = digestOf(signed, SUITES[algorithm].hash);
  checkAttributes(view, signer, { contentType: DATA_TYPES[view.form], digest });
  const time = view.attributes.get(OID.signingTime);
  if (options.requirePades && time !== undefined) throw invalid("a PAdES signature bears no signing-time attribute");
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
  const stamp = judgeTimeStamp(view.timeStamp, view.signature, options);
  return reportOf([...findings, ...stamp.findings], {
    signer: signerDetails(signer),
    path,
    algorithm,
    ...(time !== undefined && { claimedTime: readTime(time) }),
    ...(revokedLater !== undefined && { revokedLater }),
    ...stamp.facts,
  });
}

function checkAlgorithms(view: SignedDataView, signer: Certificate): SignatureAlgorithm {
  const algorithm = suiteOf(signer.publicKey);
  if (algorithm === undefined) throw invalid(unacceptedKey(signer.publicKey));
  const { digestOid, signerOids } = SUITES[algorithm];
  const { oid, parameters } = view.digestAlgorithm;
  if (oid !== digestOid || parameters === "other") {
    throw invalid(`digest algorithm ${oid} ${unaccepted(oid)} for this key`);
  }
  if (!signerOids.includes(view.signatureAlgorithm.oid)) {
    const named = view.signatureAlgorithm.oid;
    throw invalid(`signature algorithm ${named} ${unaccepted(named)} for this key`);
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
