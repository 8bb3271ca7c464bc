import { type AlgorithmIdentifier, readAlgorithm } from "./algorithm.ts";
import { childrenOf, type DerElement, expectTag, malformed, onlyChildOf, readDer, TAG } from "./der.ts";
import { readOctets, readOid, readSmallInteger } from "./der-read.ts";
import { OID } from "./oid.ts";

/** Whose SignedData it is: RFC 5652, or its twin of GB/T 35275, which has other object identifiers. */
export type SignedDataForm = "cms" | "gm";

/** A CMS signature by one signer, parsed and not yet trusted. */
export interface SignedDataView {
  readonly form: SignedDataForm;
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
  /** DER of the time stamp token (RFC 3161) over the signature value: the one unsigned attribute that is read. */
  readonly timeStamp?: Uint8Array;
}

/** Largest signature that is read, in bytes, and most certificates in it. */
const MAX_BYTES = 256 << 10;
const MAX_CERTIFICATES = 16;

const FORMS: Readonly<Record<string, SignedDataForm>> = { [OID.signedData]: "cms", [OID.gmSignedData]: "gm" };

/** Object identifier of the content type `data` in either form. */
export const DATA_TYPES: Readonly<Record<SignedDataForm, string>> = { cms: OID.data, gm: OID.gmData };

/**
 * Reads a CMS SignedData (RFC 5652 §5; GB/T 35275). Refuses (`INVALID_FIELD`) everything that a detached CAdES signature of
 * level B-B or B-T has no use for, since nothing signs it: content inside, revocation lists, several signers, unsigned
 * attributes other than one signature-time-stamp (ETSI EN 319 122-1 §5.3), signers named by key identifier, other content
 * types than data.
 */
export function readSignedData(cms: Uint8Array): SignedDataView {
  const { content, unsigned, ...view } = readParts(cms, MAX_BYTES);
  // Version 1 goes with content type data, X.509 certificates and a signer named by issuer and serial (RFC 5652 §5.1).
  if (view.version !== 1) throw malformed("CMS version is not 1");
  if (view.contentType !== DATA_TYPES[view.form]) throw malformed("content type is not data");
  if (content !== undefined) throw malformed("a detached signature has no content inside");
  return unsigned === undefined ? view : { ...view, timeStamp: timeStampIn(unsigned) };
}

/** A SignedData that encloses what it signs. */
export interface EnclosingView extends SignedDataView {
  readonly content: Uint8Array;
}

/**
 * Reads a SignedData that encloses content of the type given, as time stamp tokens do (RFC 3161 §2.4.2). Refuses
 * (`INVALID_FIELD`) the same as {@link readSignedData}, every unsigned attribute, and more than `maxBytes`.
 */
export function readEnclosing(cms: Uint8Array, contentType: string, maxBytes: number): EnclosingView {
  const { content, unsigned, ...view } = readParts(cms, maxBytes);
  // Version 3 goes with every other content type than data.
  if (view.version !== 3) throw malformed("CMS version is not 3");
  if (view.contentType !== contentType) throw malformed(`content type is ${view.contentType}, not ${contentType}`);
  if (content === undefined) throw malformed("the content is not inside");
  if (unsigned !== undefined) throw malformed("unsigned attributes are not accepted");
  return { ...view, content: readOctets(onlyChildOf(expectTag(content, 0xa0))) };
}

interface Parts extends SignedDataView {
  readonly version: number;
  readonly contentType: string;
  readonly content?: DerElement;
  readonly unsigned?: DerElement;
}

function readParts(cms: Uint8Array, maxBytes: number): Parts {
  const [type, wrapper, ...surplus] = childrenOf(readDer(cms, maxBytes), TAG.sequence);
  const form = FORMS[readOid(type)];
  if (form === undefined || surplus.length > 0) throw malformed("not a CMS SignedData");
  const signedData = onlyChildOf(expectTag(wrapper, 0xa0));
  const [version, digests, content, certificates, signers, ...rest] = childrenOf(signedData, TAG.sequence);
  if (rest.length > 0) throw malformed("SignedData with revocation lists is not accepted");
  const [contentType, inside, unexpected] = childrenOf(expectTag(content, TAG.sequence));
  if (unexpected !== undefined) throw malformed("EncapsulatedContentInfo has two members at most");
  const bag = childrenOf(expectTag(certificates, 0xa0));
  if (bag.length > MAX_CERTIFICATES) throw malformed(`more than ${MAX_CERTIFICATES} certificates`);
  if (bag.some(({ raw }, at) => bag.findIndex((one) => Buffer.compare(one.raw, raw) === 0) !== at)) {
    throw malformed("a certificate is embedded twice");
  }
  const { digest, ...signer } = readSigner(onlyChildOf(expectTag(signers, TAG.set)));
  const listed = onlyChildOf(expectTag(digests, TAG.set));
  if (Buffer.compare(listed.raw, digest.raw) !== 0) throw malformed("SignedData and SignerInfo name different digests");
  return {
    form,
    version: readSmallInteger(version),
    contentType: readOid(contentType),
    ...(inside !== undefined && { content: inside }),
    certificates: bag.map((certificate) => expectTag(certificate, TAG.sequence).raw),
    ...signer,
  };
}

function readSigner(element: DerElement) {
  const [version, name, digest, attributes, algorithm, signature, unsigned, surplus] = childrenOf(
    element,
    TAG.sequence,
  );
  if (readSmallInteger(version) !== 1) throw malformed("CMS version is not 1 in SignerInfo");
  if (surplus !== undefined) throw malformed("SignerInfo has seven members at most");
  const [issuer, serial] = childrenOf(expectTag(name, TAG.sequence));
  const signed = expectTag(attributes, 0xa0);
  return {
    digest: expectTag(digest, TAG.sequence),
    signer: { issuerDer: expectTag(issuer, TAG.sequence).raw, serialDer: expectTag(serial, TAG.integer).raw },
    digestAlgorithm: readAlgorithm(digest),
    signatureAlgorithm: readAlgorithm(algorithm),
    signature: readOctets(signature),
    signedAttributes: asSet(signed.raw),
    attributes: new Map(childrenOf(signed).map(readAttribute)),
    ...(unsigned !== undefined && { unsigned: expectTag(unsigned, 0xa1) }),
  };
}

function timeStampIn(unsigned: DerElement): Uint8Array {
  const [attribute, surplus] = childrenOf(unsigned).map((element) => readAttribute(element, 0, []));
  if (attribute?.[0] !== OID.signatureTimeStamp || surplus !== undefined) {
    throw malformed("unsigned attributes other than one time stamp of the signature are not accepted");
  }
  return expectTag(attribute[1], TAG.sequence).raw;
}

function asSet(raw: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(raw);
  copy[0] = TAG.set;
  return copy;
}

function readAttribute(element: DerElement, index: number, all: readonly DerElement[]): [string, DerElement] {
  const [type, values, surplus] = childrenOf(element, TAG.sequence);
  if (surplus !== undefined) throw malformed("an attribute has two members");
  const name = readOid(type);
  const before = all.slice(0, index).some((other) => readOid(childrenOf(other)[0]) === name);
  if (before) throw malformed(`signed attribute ${name} is repeated`);
  return [name, onlyChildOf(expectTag(values, TAG.set))];
}
