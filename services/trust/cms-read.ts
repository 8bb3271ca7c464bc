import { type AlgorithmIdentifier, readAlgorithm } from "./algorithm.ts";
import { childrenOf, type DerElement, expectTag, malformed, onlyChildOf, readDer, TAG } from "./der.ts";
import { readOctets, readOid, readSmallInteger } from "./der-read.ts";
import { OID } from "./oid.ts";

/** A detached CMS signature by one signer, parsed and not yet trusted. */
export interface SignedDataView {
  /** Whose SignedData it is: RFC 5652, or its twin of GB/T 35275, which has other object identifiers. */
  readonly form: "cms" | "gm";
  /** DER certificates that travel with the signature. */
  readonly certificates: readonly Uint8Array[];
  /** IssuerAndSerialNumber: the two members as DER. */
  readonly signer: { issuerDer: Uint8Array; serialDer: Uint8Array };
  readonly digestAlgorithm: AlgorithmIdentifier;
  readonly signatureAlgorithm: AlgorithmIdentifier;
  readonly signature: Uint8Array;
  /** The signed attributes as they were signed: DER SET OF. */
  readonly signedAttributes: Uint8Array;
  /** The single value of each signed attribute, by its type. */
  readonly attributes: ReadonlyMap<string, DerElement>;
}

/** Largest signature that is read, in bytes, and most certificates in it. */
const MAX_BYTES = 256 << 10;
const MAX_CERTIFICATES = 16;

const FORMS: Readonly<Record<string, SignedDataView["form"]>> = { [OID.signedData]: "cms", [OID.gmSignedData]: "gm" };

/** Object identifier of the content type `data` in either form. */
export const DATA_TYPES: Readonly<Record<SignedDataView["form"], string>> = { cms: OID.data, gm: OID.gmData };

/**
 * Reads a CMS SignedData (RFC 5652 §5; GB/T 35275). Refuses (`INVALID_FIELD`) everything that a detached CAdES-BES signature has no
 * use for, since nothing signs it: content inside, revocation lists, several signers, unsigned attributes, signers named
 * by key identifier, other content types than data.
 */
export function readSignedData(cms: Uint8Array): SignedDataView {
  const [type, wrapper, ...surplus] = childrenOf(readDer(cms, MAX_BYTES), TAG.sequence);
  const form = FORMS[readOid(type)];
  if (form === undefined || surplus.length > 0) throw malformed("not a CMS SignedData");
  const signedData = onlyChildOf(expectTag(wrapper, 0xa0));
  const [version, digests, content, certificates, signers, ...rest] = childrenOf(signedData, TAG.sequence);
  expectOne(version);
  if (rest.length > 0) throw malformed("SignedData with revocation lists is not accepted");
  const contentType = readOid(onlyChildOf(expectTag(content, TAG.sequence)));
  if (contentType !== DATA_TYPES[form]) throw malformed("content type is not data");
  const signerInfo = onlyChildOf(expectTag(signers, TAG.set));
  const [own, name, digest, attributes, algorithm, signature, unsigned] = childrenOf(signerInfo, TAG.sequence);
  expectOne(own);
  if (unsigned !== undefined) throw malformed("unsigned attributes are not accepted");
  const listed = onlyChildOf(expectTag(digests, TAG.set));
  if (Buffer.compare(listed.raw, expectTag(digest, TAG.sequence).raw) !== 0) {
    throw malformed("SignedData and SignerInfo name different digests");
  }
  const bag = childrenOf(expectTag(certificates, 0xa0));
  if (bag.length > MAX_CERTIFICATES) throw malformed(`more than ${MAX_CERTIFICATES} certificates`);
  const [issuer, serial] = childrenOf(expectTag(name, TAG.sequence));
  const signed = expectTag(attributes, 0xa0);
  return {
    form,
    certificates: bag.map((certificate) => expectTag(certificate, TAG.sequence).raw),
    signer: { issuerDer: expectTag(issuer, TAG.sequence).raw, serialDer: expectTag(serial, TAG.integer).raw },
    digestAlgorithm: readAlgorithm(digest),
    signatureAlgorithm: readAlgorithm(algorithm),
    signature: readOctets(signature),
    signedAttributes: asSet(signed.raw),
    attributes: new Map(childrenOf(signed).map(readAttribute)),
  };
}

/** Version 1 goes with content type data, X.509 certificates and a signer named by issuer and serial (RFC 5652 §5.1). */
function expectOne(version: DerElement | undefined): void {
  if (readSmallInteger(version) !== 1) throw malformed("CMS version is not 1");
}

function asSet(raw: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(raw);
  copy[0] = TAG.set;
  return copy;
}

function readAttribute(element: DerElement, index: number, all: readonly DerElement[]): [string, DerElement] {
  const [type, values, surplus] = childrenOf(element, TAG.sequence);
  if (surplus !== undefined) throw malformed("a signed attribute has two members");
  const name = readOid(type);
  const before = all.slice(0, index).some((other) => readOid(childrenOf(other)[0]) === name);
  if (before) throw malformed(`signed attribute ${name} is repeated`);
  return [name, onlyChildOf(expectTag(values, TAG.set))];
}
