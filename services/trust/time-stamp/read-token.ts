import { instantOf } from "../../domain/instant.ts";
import { readAlgorithm } from "../algorithm.ts";
import { type EnclosingView, readEnclosing } from "../cms-read.ts";
import { childrenOf, type DerElement, expectTag, malformed, readDer, TAG } from "../der.ts";
import { readBoolean, readIntegerBytes, readOctets, readOid, readSmallInteger } from "../der-read.ts";
import { readExtensions } from "../extension.ts";
import { OID } from "../oid.ts";
import { type ImprintHash, imprintHash } from "./imprint.ts";

/** What a time stamp token says (TSTInfo of RFC 3161 §2.4.2). */
export interface TimeStampInfo {
  /** Object identifier of the policy under which it was made. */
  policy: string;
  hash: ImprintHash;
  imprint: Uint8Array;
  /** Serial number, lower-case hex. */
  serial: string;
  /** When the authority stamped. */
  time: Date;
  /** The true time lies within so many milliseconds of `time`; absent where the authority does not say. */
  accuracyMs?: number;
  /** Octets of the INTEGER. */
  nonce?: Uint8Array;
}

/** A time stamp token, parsed and not yet trusted. */
export interface TimeStampToken extends EnclosingView {
  readonly info: TimeStampInfo;
}

/** Largest token that is read, in bytes. */
const MAX_BYTES = 64 << 10;

/**
 * Reads a time stamp token: a SignedData of RFC 5652 or GB/T 35275 that encloses a TSTInfo. Refuses (`INVALID_FIELD`) malformed
 * ones, other versions than 1, imprints by other hashes than SHA-2 and SM3, and critical extensions.
 */
export function readTimeStampToken(der: Uint8Array): TimeStampToken {
  const view = readEnclosing(der, OID.timeStampInfo, MAX_BYTES);
  return { ...view, info: readInfo(readDer(view.content)) };
}

function readInfo(element: DerElement): TimeStampInfo {
  const [version, policy, imprint, serial, time, ...rest] = childrenOf(element, TAG.sequence);
  if (readSmallInteger(version) !== 1) throw malformed("TSTInfo is not version 1");
  const take = (tag: number) => (rest[0]?.tag === tag ? rest.shift() : undefined);
  const accuracy = take(TAG.sequence);
  const ordering = take(TAG.boolean);
  const nonce = take(TAG.integer);
  take(0xa0); // The authority's name: who signed is told by the certificate.
  const extensions = take(0xa1);
  if (rest.length > 0) throw malformed("TSTInfo has unexpected members");
  if (ordering !== undefined) readBoolean(ordering);
  if (extensions !== undefined) refuseCritical(extensions);
  return {
    policy: readOid(policy),
    ...readImprint(imprint),
    serial: Buffer.from(readIntegerBytes(serial)).toString("hex"),
    time: readGenTime(time),
    ...(accuracy !== undefined && { accuracyMs: readAccuracy(accuracy) }),
    ...(nonce !== undefined && { nonce: readIntegerBytes(nonce) }),
  };
}

function readImprint(element: DerElement | undefined): Pick<TimeStampInfo, "hash" | "imprint"> {
  const [algorithm, digest, surplus] = childrenOf(expectTag(element, TAG.sequence));
  const { oid, parameters } = readAlgorithm(algorithm);
  const hash = imprintHash(oid);
  if (surplus !== undefined || parameters === "other") throw malformed("the imprint is malformed");
  if (hash === undefined) throw malformed(`imprints by ${oid} are not accepted`);
  return { hash, imprint: readOctets(digest) };
}

/** Seconds, milliseconds (1 to 999) and microseconds, each optional; rounded up to whole milliseconds. */
function readAccuracy(element: DerElement): number {
  const rest = childrenOf(element);
  const take = (tag: number) => (rest[0]?.tag === tag ? readSmallInteger(rest.shift(), tag) : 0);
  const [seconds, milliseconds, microseconds] = [take(TAG.integer), take(0x80), take(0x81)];
  if (rest.length > 0 || milliseconds > 999 || microseconds > 999) throw malformed("the accuracy is malformed");
  return seconds * 1000 + milliseconds + Math.ceil(microseconds / 1000);
}

/** GeneralizedTime in UTC with an optional fraction that does not end in 0 (RFC 3161 §2.4.2). */
function readGenTime(element: DerElement | undefined): Date {
  const text = Buffer.from(expectTag(element, TAG.generalizedTime).content).toString("latin1");
  const time = /^\d{14}(\.\d{0,8}[1-9])?Z$/.test(text) ? instantOf(text) : Number.NaN;
  if (Number.isNaN(time)) throw malformed("genTime is not in the form of RFC 3161");
  return new Date(time);
}

/** `[1] IMPLICIT Extensions`: a SEQUENCE under another tag. */
function refuseCritical({ raw }: DerElement): void {
  const list = Uint8Array.from(raw);
  list[0] = TAG.sequence;
  for (const [type, { critical }] of readExtensions(readDer(list))) {
    if (critical) throw malformed(`critical extension ${type} of a time stamp`);
  }
}
