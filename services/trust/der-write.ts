import { TAG } from "./der.ts";

/** An element with the given identifier octet around the parts. */
export function derElement(tag: number, ...parts: Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  return Buffer.concat([header(tag, length), ...parts]);
}

function header(tag: number, length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(tag, length);
  if (length < 0x100) return Uint8Array.of(tag, 0x81, length);
  if (length < 0x10000) return Uint8Array.of(tag, 0x82, length >> 8, length & 0xff);
  if (length < 0x1000000) return Uint8Array.of(tag, 0x83, length >> 16, (length >> 8) & 0xff, length & 0xff);
  throw new RangeError("DER: a value of 16 MiB or more is not written");
}

/** SEQUENCE. */
export function sequence(...parts: Uint8Array[]): Uint8Array {
  return derElement(TAG.sequence, ...parts);
}

/** SET OF: the elements are put in the order that DER demands (X.690 §11.6). */
export function setOf(elements: readonly Uint8Array[]): Uint8Array {
  return derElement(TAG.set, ...[...elements].sort(Buffer.compare));
}

/** `[n] EXPLICIT`, or `[n] IMPLICIT` of a constructed type whose contents are given. */
export function tagged(number: number, ...parts: Uint8Array[]): Uint8Array {
  return derElement(0xa0 | number, ...parts);
}

/** `[n] IMPLICIT` of a primitive type. */
export function taggedPrimitive(number: number, content: Uint8Array): Uint8Array {
  return derElement(0x80 | number, content);
}

/** OBJECT IDENTIFIER from its dotted form. */
export function oid(dotted: string): Uint8Array {
  const [root = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  const octets: number[] = [];
  for (const arc of [root * 40 + second, ...rest]) {
    const groups = [arc % 128];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) groups.unshift((left % 128) | 0x80);
    octets.push(...groups);
  }
  return derElement(TAG.oid, Uint8Array.from(octets));
}

/** INTEGER of a small non-negative number (below 2^48). */
export function smallInteger(value: number): Uint8Array {
  const hex = value.toString(16);
  return unsignedInteger(Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex"));
}

/** INTEGER of an unsigned big-endian number: leading zeros are dropped, a sign octet put in where it is needed. */
export function unsignedInteger(magnitude: Uint8Array): Uint8Array {
  let start = 0;
  while (start < magnitude.length - 1 && magnitude[start] === 0) start++;
  const digits = magnitude.subarray(start);
  if (digits.length === 0) return derElement(TAG.integer, Uint8Array.of(0));
  return (digits[0] ?? 0) >= 0x80 ? derElement(TAG.integer, Uint8Array.of(0), digits) : derElement(TAG.integer, digits);
}

/** BOOLEAN TRUE; DER leaves a FALSE that is the default out. */
export const derTrue: Uint8Array = Uint8Array.of(TAG.boolean, 1, 0xff);
/** BOOLEAN FALSE. DER leaves it out where it is the default. */
export const derFalse: Uint8Array = Uint8Array.of(TAG.boolean, 1, 0);

/** NULL. */
export const derNull: Uint8Array = Uint8Array.of(TAG.null, 0);

/** OCTET STRING. */
export function octetString(content: Uint8Array): Uint8Array {
  return derElement(TAG.octetString, content);
}

/** BIT STRING of whole octets. */
export function bitString(content: Uint8Array): Uint8Array {
  return derElement(TAG.bitString, Uint8Array.of(0), content);
}

/** Named BIT STRING with the given bits set; trailing zero bits are dropped as DER demands. */
export function namedBits(bits: readonly number[]): Uint8Array {
  const last = Math.max(-1, ...bits);
  const content = new Uint8Array(1 + Math.ceil((last + 1) / 8));
  content[0] = last < 0 ? 0 : 7 - (last % 8);
  for (const bit of bits) content[1 + (bit >> 3)] = (content[1 + (bit >> 3)] ?? 0) | (0x80 >> (bit & 7));
  return derElement(TAG.bitString, content);
}

/** UTF8String. */
export function utf8String(text: string): Uint8Array {
  return derElement(TAG.utf8String, Buffer.from(text, "utf8"));
}

/** PrintableString; throws `RangeError` on a character outside its alphabet. */
export function printableString(text: string): Uint8Array {
  if (!/^[A-Za-z0-9 '()+,\-./:=?]*$/.test(text)) throw new RangeError(`"${text}" is no PrintableString`);
  return derElement(TAG.printableString, Buffer.from(text, "latin1"));
}

/** A time as RFC 5280 §4.1.2.5 wants it: UTCTime until 2049, GeneralizedTime from 2050; whole seconds. */
export function derTime(time: Date): Uint8Array {
  const digits = time.toISOString().replace(/[-:T]|\.\d+Z$/g, "");
  const year = time.getUTCFullYear();
  return year >= 1950 && year < 2050
    ? derElement(TAG.utcTime, Buffer.from(`${digits.slice(2)}Z`, "latin1"))
    : derElement(TAG.generalizedTime, Buffer.from(`${digits}Z`, "latin1"));
}
