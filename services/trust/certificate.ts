import { createHash } from "node:crypto";
import { type AlgorithmIdentifier, type PublicKey, readAlgorithm, readPublicKey } from "./algorithm.ts";
import { childrenOf, type DerElement, expectTag, malformed, onlyChildOf, readDer, TAG } from "./der.ts";
import { readBitOctets, readIntegerBytes, readSmallInteger, readTime } from "./der-read.ts";
import { type Extension, readExtensions } from "./extension.ts";
import { readName, type SubjectName } from "./name.ts";

/** An X.509 certificate (RFC 5280), parsed once and never trusted by being parsed. */
export interface Certificate {
  readonly der: Uint8Array;
  /** SHA-256 of `der`, lower-case hex. */
  readonly fingerprint: string;
  /** The part that the issuer signed. */
  readonly tbs: Uint8Array;
  /** Serial number, lower-case hex without leading zero octets. */
  readonly serial: string;
  /** INTEGER of the serial as it stands, for IssuerAndSerialNumber. */
  readonly serialDer: Uint8Array;
  /** Names as DER: they are compared octet by octet (stricter than RFC 5280 §7.1). */
  readonly issuerDer: Uint8Array;
  readonly subjectDer: Uint8Array;
  readonly subject: SubjectName;
  readonly issuer: SubjectName;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly spki: Uint8Array;
  readonly publicKey: PublicKey;
  readonly algorithm: AlgorithmIdentifier;
  readonly signature: Uint8Array;
  /** By object identifier. */
  readonly extensions: ReadonlyMap<string, Extension>;
}

/** Largest certificate that is read, in bytes: ten times a usual one. It bounds what verifiers remember. */
const MAX_BYTES = 16 << 10;

/** Parses a DER certificate. Refuses (`INVALID_FIELD`) what is not strict DER, not version 3, or inconsistent. */
export function parseCertificate(der: Uint8Array): Certificate {
  const [tbs, outer, signature, surplus] = childrenOf(readDer(der, MAX_BYTES), TAG.sequence);
  if (tbs === undefined || surplus !== undefined) throw malformed("a certificate has three members");
  const [version, serial, inner, issuer, validity, subject, spki, ...rest] = childrenOf(tbs, TAG.sequence);
  if (readSmallInteger(onlyChildOf(expectTag(version, 0xa0))) !== 2) throw malformed("certificate is not version 3");
  // RFC 5280 §4.1.1.2: the unsigned algorithm must repeat the signed one.
  if (!same(outer, inner)) throw malformed("the two algorithms of the certificate differ");
  const [notBefore, notAfter] = childrenOf(expectTag(validity, TAG.sequence));
  const serialBytes = readIntegerBytes(serial);
  if (serialBytes.length > 21 || (serialBytes[0] ?? 0) >= 0x80) throw malformed("serial number out of range");
  const issuerName = expectTag(issuer, TAG.sequence);
  const subjectName = expectTag(subject, TAG.sequence);
  const key = expectTag(spki, TAG.sequence).raw;
  return {
    der,
    fingerprint: createHash("sha256").update(der).digest("hex"),
    tbs: tbs.raw,
    serial: serialHex(serialBytes),
    serialDer: expectTag(serial, TAG.integer).raw,
    issuerDer: issuerName.raw,
    subjectDer: subjectName.raw,
    subject: readName(subjectName),
    issuer: readName(issuerName),
    notBefore: readTime(notBefore),
    notAfter: readTime(notAfter),
    spki: key,
    publicKey: readPublicKey(key),
    algorithm: readAlgorithm(outer),
    signature: readBitOctets(signature),
    extensions: readExtensions(extensionsIn(rest)),
  };
}

/** Serial number octets as the hex that this project shows and stores: lower case, no leading zero octets. */
export function serialHex(octets: Uint8Array): string {
  const hex = Buffer.from(octets).toString("hex");
  return octets.length > 1 && octets[0] === 0 ? hex.slice(2) : hex;
}

function same(a: DerElement | undefined, b: DerElement | undefined): boolean {
  return a !== undefined && b !== undefined && Buffer.compare(a.raw, b.raw) === 0;
}

/** Issuer and subject unique identifiers ([1], [2]) are obsolete and refused. */
function extensionsIn(rest: readonly DerElement[]): DerElement | undefined {
  if (rest.length === 0) return undefined;
  const [wrapper, surplus] = rest;
  if (surplus !== undefined) throw malformed("unexpected members at the end of the certificate");
  return onlyChildOf(expectTag(wrapper, 0xa3));
}
