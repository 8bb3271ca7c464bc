import { createHash } from "node:crypto";
import { refuseField } from "../domain/refusal.ts";
import { type SignatureAlgorithm, SUITES } from "./algorithm.ts";
import { derElement, derTime, octetString, oid, sequence, setOf, smallInteger, tagged } from "./der-write.ts";
import { OID } from "./oid.ts";
import type { SigningCertificate } from "./signing-certificate.ts";

/** What is to be signed. */
export interface CmsOrder {
  /** Digest of the detached content, by the hash that `digestNameOf(signer)` names: SHA-256, or SM3 for SM2 keys. */
  contentDigest: Uint8Array;
  signer: SigningCertificate;
  /** True for a signature inside a PDF, where the time stands in the signature dictionary. */
  pades: boolean;
  /** Put in as the signing-time attribute; refused for PAdES (ETSI EN 319 142-1 §6.3). */
  signingTime?: Date;
}

/** A signature half done: the device signs `toBeSigned`, and `finish` wraps what it returns. */
export interface PreparedCms {
  /** DER of the signed attributes (SET OF): the octets that the signature value covers. */
  readonly toBeSigned: Uint8Array;
  /**
   * Wraps the signature value: DER `SEQUENCE { r, s }` for P-256 and SM2, the plain octets for RSA. Returns the detached
   * CMS in DER. It checks the form only; verify the result before it leaves the house.
   */
  finish(signature: Uint8Array): Uint8Array;
}

/**
 * Prepares a detached CAdES-BES signature (RFC 5652; ETSI EN 319 122-1 §5): content-type, message-digest and
 * signing-certificate-v2 are signed, the chain without its root is embedded. The same order always gives the same bytes.
 * For SM2 keys it is a SignedData of GB/T 35275 with the same attributes and SM3 throughout; inside PDF, for which no
 * standard says how SM2 signs, it keeps the type of RFC 5652, since `ETSI.CAdES.detached` means that.
 * Refuses (`INVALID_FIELD`) a digest that is not 32 bytes, and a signing time for PAdES.
 */
export function prepareCms({ contentDigest, signer, pades, signingTime }: CmsOrder): PreparedCms {
  if (contentDigest.length !== 32) {
    throw refuseField(
      "INVALID_FIELD",
      "contentDigest",
      `SHA-256 and SM3 have 32 bytes, not ${contentDigest.length}`,
      "give the digest itself",
      `摘要应为32字节，现为${contentDigest.length}字节，请提供摘要本身`,
    );
  }
  if (pades && signingTime !== undefined) {
    throw refuseField(
      "INVALID_FIELD",
      "signingTime",
      "a PAdES signature bears no signing-time attribute",
      "leave it out",
      "PAdES签名不含签名时间属性，请去掉",
    );
  }
  const fixed = constantsOf(signer, pades);
  const attributes = [fixed.contentType, attribute(OID.messageDigest, octetString(contentDigest)), fixed.certificateId];
  if (signingTime !== undefined) attributes.push(attribute(OID.signingTime, derTime(signingTime)));
  const toBeSigned = setOf(attributes);
  return {
    toBeSigned,
    finish: (signature) => {
      checkSignatureForm(signature, signer);
      // The same octets, under the implicit tag [0] in place of SET (RFC 5652 §5.4).
      const signedAttributes = Uint8Array.from(toBeSigned);
      signedAttributes[0] = 0xa0;
      const signerInfo = sequence(fixed.signerHead, signedAttributes, fixed.signerAlgorithm, octetString(signature));
      return sequence(fixed.signedDataType, tagged(0, sequence(fixed.head, setOf([signerInfo]))));
    },
  };
}

/** Refuses (`INVALID_FIELD`) octets that cannot be a signature value of the signer's suite. Does not verify. */
export function checkSignatureForm(signature: Uint8Array, { algorithm }: SigningCertificate): void {
  const plausible =
    algorithm === "rsa-pkcs1-sha256"
      ? signature.length >= 256 && signature.length <= 1024
      : signature[0] === 0x30 && signature[1] === signature.length - 2;
  if (!plausible)
    throw refuseField(
      "INVALID_FIELD",
      "signature",
      `not a signature value of ${algorithm}`,
      "give the value that the device returned",
      `不是${algorithm}的签名值，请提供加密设备给出的签名值`,
    );
}

interface Constants {
  contentType: Uint8Array;
  certificateId: Uint8Array;
  signedDataType: Uint8Array;
  /** Version, digest algorithms, content type and certificates of SignedData. */
  head: Uint8Array;
  /** Version, signer and digest algorithm of SignerInfo. */
  signerHead: Uint8Array;
  signerAlgorithm: Uint8Array;
}

/** All that depends on the signer alone; building it again for each signature would cost more than the rest. */
const constants = {
  pdf: new WeakMap<SigningCertificate, Constants>(),
  plain: new WeakMap<SigningCertificate, Constants>(),
};

function constantsOf(signer: SigningCertificate, pades: boolean): Constants {
  const memory = pades ? constants.pdf : constants.plain;
  const known = memory.get(signer);
  if (known !== undefined) return known;
  const { parsed, certificate, chain, algorithm } = signer;
  const suite = SUITES[algorithm];
  const national = algorithm === "sm2-sm3" && !pades;
  const data = oid(national ? OID.gmData : OID.data);
  const made: Constants = {
    contentType: attribute(OID.contentType, data),
    certificateId: attribute(OID.signingCertificateV2, sequence(sequence(certificateIdOf(certificate, algorithm)))),
    signedDataType: oid(national ? OID.gmSignedData : OID.signedData),
    head: Buffer.concat([
      smallInteger(1),
      setOf([suite.digestIdentifier]),
      sequence(data),
      derElement(0xa0, ...[certificate, ...chain].sort(Buffer.compare)),
    ]),
    signerHead: Buffer.concat([smallInteger(1), sequence(parsed.issuerDer, parsed.serialDer), suite.digestIdentifier]),
    signerAlgorithm: suite.signerIdentifier,
  };
  memory.set(signer, made);
  return made;
}

/** ESSCertIDv2: SHA-256 is the default, so its algorithm is left out (RFC 5035 §4). */
function certificateIdOf(certificate: Uint8Array, algorithm: SignatureAlgorithm): Uint8Array {
  const { hash, digestIdentifier } = SUITES[algorithm];
  const digest = octetString(createHash(hash).update(certificate).digest());
  return hash === "sha256" ? sequence(digest) : sequence(digestIdentifier, digest);
}

function attribute(type: string, value: Uint8Array): Uint8Array {
  return sequence(oid(type), setOf([value]));
}
