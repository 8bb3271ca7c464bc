import { type AlgorithmIdentifier, readAlgorithm } from "./algorithm.ts";
import { serialHex } from "./certificate.ts";
import { childrenOf, type DerElement, eachChildOf, expectTag, malformed, onlyChildOf, readDer, TAG } from "./der.ts";
import { readBitOctets, readIntegerBytes, readSmallInteger, readTime } from "./der-read.ts";
import { type Extension, readExtensions } from "./extension.ts";
import { OID } from "./oid.ts";
import { fromPem } from "./pem.ts";

/** Reason codes of RFC 5280 §5.3.1 by number; 7 is unused, 8 belongs to delta lists. */
export const REVOCATION_CAUSES = [
  "unspecified",
  "keyCompromise",
  "cACompromise",
  "affiliationChanged",
  "superseded",
  "cessationOfOperation",
  "certificateHold",
  undefined,
  undefined,
  "privilegeWithdrawn",
  "aACompromise",
] as const;

/** Why a certificate was revoked. */
export type RevocationCause = Exclude<(typeof REVOCATION_CAUSES)[number], undefined>;

/** A list that gives no reason; `openssl ca -revoke` writes such. Unlike `unspecified` it voids time stamps (RFC 3161 §4.1). */
export const UNSTATED = "unstated";

/** One revoked certificate. */
export interface RevokedEntry {
  /** From when on it counts as revoked: the revocation, or the invalidity date where that is earlier. */
  since: Date;
  cause: RevocationCause | typeof UNSTATED;
}

/** A certificate revocation list, parsed and not yet trusted. */
export interface RevocationList {
  readonly der: Uint8Array;
  readonly tbs: Uint8Array;
  readonly issuerDer: Uint8Array;
  readonly algorithm: AlgorithmIdentifier;
  readonly signature: Uint8Array;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date;
  /** By serial number, lower-case hex. */
  readonly entries: ReadonlyMap<string, RevokedEntry>;
}

/** Largest list that is read: 64 MiB, about 1.5 million entries. */
const MAX_BYTES = 64 << 20;

/**
 * Parses a complete CRL (version 2) from PEM or DER. Refuses (`INVALID_FIELD`) lists without nextUpdate and lists with a
 * critical extension, which are partial, indirect or deltas.
 */
export function readRevocationList(text: string | Uint8Array): RevocationList {
  const der = revocationListDer(text);
  const [tbs, outer, signature, surplus] = childrenOf(readDer(der, MAX_BYTES), TAG.sequence, 4);
  if (tbs === undefined || surplus !== undefined) throw malformed("a revocation list has three members");
  const [version, inner, issuer, thisUpdate, nextUpdate, ...rest] = childrenOf(tbs, TAG.sequence, 8);
  if (readSmallInteger(version) !== 1) throw malformed("revocation list is not version 2");
  if (outer === undefined || inner === undefined || Buffer.compare(outer.raw, inner.raw) !== 0) {
    throw malformed("the two algorithms of the revocation list differ");
  }
  const revoked = rest[0]?.tag === TAG.sequence ? rest.shift() : undefined;
  const [wrapper, unexpected] = rest;
  if (unexpected !== undefined) throw malformed("unexpected members at the end of the revocation list");
  refuseCritical(readExtensions(wrapper && onlyChildOf(expectTag(wrapper, 0xa0))));
  return {
    der,
    tbs: tbs.raw,
    issuerDer: expectTag(issuer, TAG.sequence).raw,
    algorithm: readAlgorithm(outer),
    signature: readBitOctets(signature),
    thisUpdate: readTime(thisUpdate),
    nextUpdate: readTime(nextUpdate),
    entries: revoked === undefined ? new Map() : readEntries(revoked),
  };
}

/** The DER of a list given as PEM or DER. Refuses (`INVALID_FIELD`) a text with more or less than one block. */
export function revocationListDer(text: string | Uint8Array): Uint8Array {
  if (typeof text !== "string") return text;
  const [der, surplus] = fromPem("X509 CRL", text);
  if (der === undefined || surplus !== undefined) throw malformed("expected one X509 CRL block");
  return der;
}

function readEntries(revoked: DerElement): Map<string, RevokedEntry> {
  const entries = new Map<string, RevokedEntry>();
  for (const element of eachChildOf(revoked)) entries.set(...readEntry(element));
  return entries;
}

function readEntry(element: DerElement): [string, RevokedEntry] {
  const [serial, time, list] = childrenOf(element, TAG.sequence, 3);
  const extensions = readExtensions(list);
  refuseCritical(extensions);
  const reason = extensions.get(OID.reasonCode);
  const cause =
    reason === undefined ? UNSTATED : REVOCATION_CAUSES[readSmallInteger(readDer(reason.value), TAG.enumerated)];
  if (cause === undefined) throw malformed("revocation reason has no meaning in a complete list");
  const revokedAt = readTime(time);
  const invalidity = extensions.get(OID.invalidityDate);
  const invalidFrom = invalidity === undefined ? revokedAt : readTime(readDer(invalidity.value));
  const since = new Date(Math.min(invalidFrom.getTime(), revokedAt.getTime()));
  return [serialHex(readIntegerBytes(serial)), { since, cause }];
}

function refuseCritical(extensions: ReadonlyMap<string, Extension>): void {
  for (const [type, { critical }] of extensions) if (critical) throw malformed(`critical list extension ${type}`);
}
