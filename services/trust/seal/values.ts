import { instantOf } from "../../domain/instant.ts";
import { childrenOf, type DerElement, expectTag, malformed, onlyChildOf, readDer, TAG } from "../der.ts";
import { readBitOctets, readBoolean, readOctets, readOid } from "../der-read.ts";
import { derElement, derFalse, derTrue, octetString, oid, sequence } from "../der-write.ts";
import type { SealExtension } from "./form.ts";

/** IA5String; the caller has checked that the text is ASCII. */
export function ia5String(text: string): Uint8Array {
  return derElement(TAG.ia5String, Buffer.from(text, "latin1"));
}

/** GeneralizedTime in whole seconds and UTC, as GB/T 38540 wants all its times. */
export function generalizedTime(time: Date): Uint8Array {
  const digits = time.toISOString().replace(/[-:T]|\.\d+Z$/g, "");
  return derElement(TAG.generalizedTime, Buffer.from(`${digits}Z`, "latin1"));
}

/**
 * Reads GeneralizedTime or UTCTime. Vendors write fractions and offsets too, and local time without a zone: that is Chinese time
 * (Asia/Shanghai), since these are seals of GB/T 38540.
 */
export function readSealTime(element: DerElement | undefined): Date {
  if (element?.tag !== TAG.generalizedTime && element?.tag !== TAG.utcTime) throw malformed("a time is missing");
  return readTimeText(Buffer.from(element.content).toString("latin1"));
}

/** Reads the text of a GeneralizedTime (four digits of year) or UTCTime (two). */
export function readTimeText(text: string): Date {
  const parts = /^(\d\d|\d{4})(\d{10})(?:\.\d{1,9})?(Z|[+-]\d{4})?$/.exec(text);
  if (parts === null) throw malformed("time is not in the form of X.680");
  const [, year = "", rest, zone = ""] = parts;
  const whole = year.length === 4 ? year : `${year < "50" ? "20" : "19"}${year}`;
  const time = instantOf(`${whole}${rest}${zone}`);
  if (Number.isNaN(time)) throw malformed("no such time");
  return new Date(time);
}

/** Octets of a BIT STRING; version 1 files in the field hold OCTET STRING in its place. */
export function readBits(element: DerElement | undefined): Uint8Array {
  return element?.tag === TAG.octetString ? readOctets(element) : readBitOctets(element);
}

/** Reads `SEQUENCE OF ExtData`, with or without a tag `[0]` around it; an explicit FALSE is let pass, as vendors write it. */
export function readSealExtensions(element: DerElement | undefined): SealExtension[] {
  if (element === undefined) return [];
  const list = element.tag === 0xa0 ? onlyChildOf(element) : element;
  return childrenOf(list, TAG.sequence).map((entry) => {
    const [type, ...members] = childrenOf(entry, TAG.sequence);
    const critical = members.length > 1 ? readBoolean(members.shift()) : false;
    const [value, surplus] = members;
    if (surplus !== undefined) throw malformed("an ExtData has three members at most");
    return { type: readOid(type), critical, value: readOctets(value) };
  });
}

/**
 * `SEQUENCE OF ExtData`. FALSE is written though it is the default, against DER: widespread readers know three members only, and
 * hold a signature against what they would write themselves.
 */
export function sealExtensions(extensions: readonly SealExtension[]): Uint8Array {
  return sequence(
    ...extensions.map(({ type, critical, value }) =>
      sequence(oid(type), critical ? derTrue : derFalse, octetString(value)),
    ),
  );
}

/** The optional `[0] EXPLICIT BIT STRING` with a time stamp at the end of seals (version 5) and signatures. */
export function readTimeStamp(element: DerElement | undefined): { timeStamp?: Uint8Array } {
  if (element === undefined) return {};
  return { timeStamp: readBitOctets(onlyChildOf(expectTag(element, 0xa0))) };
}

/** Version 1 has a time as text or DER, or a time stamp token, in one BIT STRING. */
export function readLooseTime(octets: Uint8Array): { time?: Date } {
  try {
    const text = Buffer.from(octets).toString("latin1");
    return {
      time: /^\d/.test(text) && octets[0] !== TAG.sequence ? readTimeText(text) : readSealTime(readDer(octets)),
    };
  } catch {
    return {};
  }
}
