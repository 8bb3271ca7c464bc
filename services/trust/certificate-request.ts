import { Refusal } from "../domain/refusal.ts";
import { readAlgorithm, readPublicKey, SUITES, signatureHolds, suiteOf } from "./algorithm.ts";
import { childrenOf, type DerElement, expectTag, malformed, onlyChildOf, readDer, TAG } from "./der.ts";
import { readBitOctets, readOid, readSmallInteger } from "./der-read.ts";
import { bitString, oid, sequence, setOf, smallInteger, tagged } from "./der-write.ts";
import { type Extension, readExtensions } from "./extension.ts";
import { nameDer, readName, type SubjectName } from "./name.ts";
import { OID } from "./oid.ts";
import { fromPem, toPem } from "./pem.ts";

/** A certificate request (PKCS#10, RFC 2986) to be made for a key that stays in its device. */
export interface RequestOrder {
  subject: SubjectName;
  /** DER SubjectPublicKeyInfo: P-256, SM2, or RSA of 2048 bits or more. */
  spki: Uint8Array;
  /** Signs the given octets (not a digest) in the key's suite; DER for ECDSA and SM2, the plain octets for RSA. */
  sign(toBeSigned: Uint8Array): Uint8Array | Promise<Uint8Array>;
  /** DER of each extension that is asked for. None for signing certificates: the authority decides on those. */
  extensions?: readonly Uint8Array[];
}

/**
 * Makes a certificate request in PEM. Refuses (`INVALID_FIELD`) an unsuitable key or subject, and (`SIGNATURE_INVALID`) a signature that is not by that key.
 */
export async function makeCertificateRequest({ subject, spki, sign, extensions = [] }: RequestOrder): Promise<string> {
  const publicKey = readPublicKey(spki);
  const suite = suiteOf(publicKey);
  if (suite === undefined) {
    throw new Refusal(
      "INVALID_FIELD",
      "certificate request: the key is neither P-256, SM2, nor RSA of 2048 bits or more",
    );
  }
  const asked = extensions.length === 0 ? [] : [sequence(oid(OID.extensionRequest), setOf([sequence(...extensions)]))];
  const toBeSigned = sequence(smallInteger(0), nameDer(subject), spki, tagged(0, ...asked));
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
  /** Extensions that are asked for, by object identifier; whether to grant one is for the authority to decide. */
  extensions: ReadonlyMap<string, Extension>;
}

/**
 * Reads a PEM request and checks its signature. Refuses (`INVALID_FIELD`) malformed ones, (`SIGNATURE_INVALID`) those not
 * signed by their own key or signed weakly. Other attributes than the request for extensions are ignored.
 */
export function readCertificateRequest(pem: string): CertificateRequest {
  const [der, second] = fromPem("CERTIFICATE REQUEST", pem);
  if (der === undefined || second !== undefined) throw malformed("expected one CERTIFICATE REQUEST block");
  const [info, algorithm, signature, surplus] = childrenOf(readDer(der, 64 << 10), TAG.sequence);
  if (info === undefined || surplus !== undefined) throw malformed("a certificate request has three members");
  const [version, subject, spki, attributes] = childrenOf(info, TAG.sequence);
  if (readSmallInteger(version) !== 0) throw malformed("certificate request is not version 1");
  const name = expectTag(subject, TAG.sequence);
  const key = expectTag(spki, TAG.sequence).raw;
  if (!signatureHolds(readAlgorithm(algorithm), readPublicKey(key), info.raw, readBitOctets(signature))) {
    throw new Refusal("SIGNATURE_INVALID", "certificate request: the signature is wrong or weak");
  }
  return { subject: readName(name), subjectDer: name.raw, spki: key, extensions: extensionsIn(attributes) };
}

function extensionsIn(attributes: DerElement | undefined): ReadonlyMap<string, Extension> {
  for (const attribute of attributes === undefined ? [] : childrenOf(attributes, 0xa0)) {
    const [type, values] = childrenOf(attribute, TAG.sequence, 2);
    if (readOid(type) === OID.extensionRequest) return readExtensions(onlyChildOf(expectTag(values, TAG.set)));
  }
  return new Map();
}
