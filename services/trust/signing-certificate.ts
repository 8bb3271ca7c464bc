import { Refusal } from "../domain/refusal.ts";
import { type DigestName, type SignatureAlgorithm, SUITES, signatureHolds, suiteOf } from "./algorithm.ts";
import { type Certificate, parseCertificate } from "./certificate.ts";
import { extendedKeyUsageOf } from "./extension.ts";
import { OID } from "./oid.ts";
import { fromPem } from "./pem.ts";

/** A department's signing certificate, ready to sign with. The private key is elsewhere: in the device. */
export interface SigningCertificate {
  /** DER of the signer's certificate. */
  readonly certificate: Uint8Array;
  /** DER of the authorities above it, nearest first, without the root. */
  readonly chain: readonly Uint8Array[];
  readonly algorithm: SignatureAlgorithm;
  readonly parsed: Certificate;
}

/**
 * Loads a signing certificate from PEM: the signer's certificate first, then its authorities in any order; a root and
 * strangers among them are left out. Refuses (`INVALID_FIELD`) malformed certificates, and keys with which departments
 * cannot sign (anything but P-256, SM2, and RSA of 2048 bits or more). Does not judge validity or trust: see `validatePath`.
 */
export function loadSigningCertificate(pem: string): SigningCertificate {
  return signingCertificateOf(fromPem("CERTIFICATE", pem).map(parseCertificate));
}

/** The same of certificates that were read, the signer's first. */
export function signingCertificateOf([parsed, ...others]: readonly Certificate[]): SigningCertificate {
  if (parsed === undefined) throw new Refusal("INVALID_FIELD", "signing certificate: the PEM holds no certificate");
  const algorithm = suiteOf(parsed.publicKey);
  if (algorithm === undefined) {
    throw new Refusal(
      "INVALID_FIELD",
      "signing certificate: the key is neither P-256, SM2, nor RSA of 2048 bits or more",
    );
  }
  const chain: Uint8Array[] = [];
  for (let child = parsed; ; ) {
    const issuer = others.find((candidate) => !isSelfIssued(candidate) && issued(candidate, child));
    if (issuer === undefined || chain.includes(issuer.der)) break;
    chain.push(issuer.der);
    child = issuer;
  }
  return { certificate: parsed.der, chain, algorithm, parsed };
}

/** The hash with which a caller digests what this signer is to sign: SM3 for SM2 keys, SHA-256 for the others. */
export function digestNameOf({ algorithm }: Pick<SigningCertificate, "algorithm">): DigestName {
  return SUITES[algorithm].hash;
}

/**
 * What readers in the field are known to dislike about a signing certificate, as sentences; empty where nothing is.
 * NSS, and so `pdfsig`, refuses a certificate whose only extended key usage is documentSigning.
 */
export function signingCertificateConcerns({ parsed }: SigningCertificate): string[] {
  const uses = extendedKeyUsageOf(parsed);
  const concerns: string[] = [];
  if (uses?.every((use) => use === OID.documentSigning)) {
    concerns.push("documentSigning is the only extended key usage: PDF readers built on NSS refuse such a certificate");
  }
  if (parsed.subject.organizationCode === undefined) {
    concerns.push(
      "the subject bears no social credit code, so it cannot be compared with the department's registration",
    );
  }
  return concerns;
}

function issued(issuer: Certificate, child: Certificate): boolean {
  return (
    Buffer.compare(issuer.subjectDer, child.issuerDer) === 0 &&
    signatureHolds(child.algorithm, issuer.publicKey, child.tbs, child.signature)
  );
}

function isSelfIssued({ subjectDer, issuerDer }: Certificate): boolean {
  return Buffer.compare(subjectDer, issuerDer) === 0;
}
