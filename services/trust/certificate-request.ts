import { Refusal } from "../domain/refusal.ts";
import { readAlgorithm, readPublicKey, SUITES, signatureHolds, suiteOf } from "./algorithm.ts";
import { childrenOf, expectTag, malformed, readDer, TAG } from "./der.ts";
import { readBitOctets, readSmallInteger } from "./der-read.ts";
import { bitString, sequence, smallInteger, tagged } from "./der-write.ts";
import { nameDer, readName, type SubjectName } from "./name.ts";
import { fromPem, toPem } from "./pem.ts";

/** A certificate request (PKCS#10, RFC 2986) to be made for a key that stays in its device. */
export interface RequestOrder {
  subject: SubjectName;
  /** DER SubjectPublicKeyInfo: P-256, SM2, or RSA of 2048 bits or more. */
  spki: Uint8Array;
  /** Signs the given octets (not a digest) in the key's suite; DER for ECDSA and SM2, the plain octets for RSA. */
  sign(toBeSigned: Uint8Array): Uint8Array | Promise<Uint8Array>;
}

/**
 * Makes a certificate request in PEM. It asks for no extensions: the authority decides on those. Refuses
 * (`INVALID_FIELD`) an unsuitable key or subject, and (`SIGNATURE_INVALID`) a signature that is not by that key.
 */
export async function makeCertificateRequest({ subject, spki, sign }: RequestOrder): Promise<string> {
  const publicKey = readPublicKey(spki);
  const suite = suiteOf(publicKey);
  if (suite === undefined) {
    throw new Refusal(
      "INVALID_FIELD",
      "certificate request: the key is neither P-256, SM2, nor RSA of 2048 bits or more",
    );
  }
  const toBeSigned = sequence(smallInteger(0), nameDer(subject), spki, tagged(0));
  const identifier = SUITES[suite].certificateIdentifier;
  const signature = await sign(toBeSigned);
  if (!signatureHolds(readAlgorithm(readDer(identifier)), publicKey, toBeSigned, signature)) {
    throw new Refusal("SIGNATURE_INVALID", "certificate request: the signature is not by the key of the request");
  }
  return toPem("CERTIFICATE REQUEST", sequence(toBeSigned, identifier, bitString(signature)));
}

/** A certificate request whose signature proved possession of the key. */
export interface CertificateRequest {
  subject: SubjectName;
  /** The subject as the applicant wrote it. */
  subjectDer: Uint8Array;
  spki: Uint8Array;
}

/**
 * Reads a PEM request and checks its signature. Refuses (`INVALID_FIELD`) malformed ones, (`SIGNATURE_INVALID`) those not
 * signed by their own key or signed weakly. Attributes, and the extensions asked for in them, are ignored.
 */
export function readCertificateRequest(pem: string): CertificateRequest {
  const [der, second] = fromPem("CERTIFICATE REQUEST", pem);
  if (der === undefined || second !== undefined) throw malformed("expected one CERTIFICATE REQUEST block");
  const [info, algorithm, signature, surplus] = childrenOf(readDer(der, 64 << 10), TAG.sequence);
  if (info === undefined || surplus !== undefined) throw malformed("a certificate request has three members");
  const [version, subject, spki] = childrenOf(info, TAG.sequence);
  if (readSmallInteger(version) !== 0) throw malformed("certificate request is not version 1");
  const name = expectTag(subject, TAG.sequence);
  const key = expectTag(spki, TAG.sequence).raw;
  if (!signatureHolds(readAlgorithm(algorithm), readPublicKey(key), info.raw, readBitOctets(signature))) {
    throw new Refusal("SIGNATURE_INVALID", "certificate request: the signature is wrong or weak");
  }
  return { subject: readName(name), subjectDer: name.raw, spki: key };
}
