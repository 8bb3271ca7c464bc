import { type DerElement, expectTag, malformed, TAG } from "./der.ts";

const utf8 = new TextDecoder("utf-8", { fatal: true });
const utf16 = new TextDecoder("utf-16be", { fatal: true });

/** Dotted form of an OBJECT IDENTIFIER. */
export function readOid(element: DerElement | undefined): string {
  const { content } = expectTag(element, TAG.oid);
  if (content.length === 0 || content.length > 64) throw malformed("object identifier of a strange length");
  const arcs: number[] = [];
  let arc = 0;
  let fresh = true;
  for (const octet of content) {
    if (fresh && octet === 0x80) throw malformed("object identifier is not minimal");
    arc = arc * 128 + (octet & 0x7f);
    if (arc > Number.MAX_SAFE_INTEGER) throw malformed("object identifier arc is too large");
    fresh = octet < 0x80;
    if (fresh) {
      arcs.push(arc);
      arc = 0;
    }
  }
  if (!fresh) throw malformed("object identifier ends inside an arc");
  const [head = 0, ...rest] = arcs;
  const root = Math.min(Math.floor(head / 40), 2);
  return [root, head - root * 40, ...rest].join(".");
}

/** Contents of an INTEGER (or ENUMERATED) as its minimal two's complement octets. */
export function readIntegerBytes(element: DerElement | undefined, tag: number = TAG.integer): Uint8Array {
  const { content } = expectTag(element, tag);
  const [first, second] = content;
  if (first === undefined) throw malformed("an integer needs a byte");
  if (second !== undefined && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80))) {
    throw malformed("integer is not minimal");
  }
  return content;
}

/** A small non-negative INTEGER (or ENUMERATED); refuses negative ones and those of more than 6 octets. */
export function readSmallInteger(element: DerElement | undefined, tag: number = TAG.integer): number {
  const octets = readIntegerBytes(element, tag);
  if (octets.length > 6 || (octets[0] ?? 0) >= 0x80) throw malformed("integer out of range");
  return octets.reduce((value, octet) => value * 256 + octet, 0);
}

/** A BOOLEAN; DER knows only 00 and FF. */
export function readBoolean(element: DerElement | undefined): boolean {
  const { content } = expectTag(element, TAG.boolean);
  if (content.length !== 1 || (content[0] !== 0 && content[0] !== 0xff))
    throw malformed("boolean is neither 00 nor FF");
  return content[0] === 0xff;
}

/** Contents of an OCTET STRING. */
export function readOctets(element: DerElement | undefined): Uint8Array {
  return expectTag(element, TAG.octetString).content;
}

/** Octets of a BIT STRING that is a whole number of octets, as keys and signatures are. */
export function readBitOctets(element: DerElement | undefined): Uint8Array {
  const { content } = expectTag(element, TAG.bitString);
  if (content[0] !== 0) throw malformed("bit string is not a whole number of octets");
  return content.subarray(1);
}

/** Numbers of the bits set in a named BIT STRING such as keyUsage; bit 0 is the first. */
export function readNamedBits(element: DerElement | undefined): Set<number> {
  const { content } = expectTag(element, TAG.bitString);
  const unused = content[0];
  if (unused === undefined || unused > 7 || content.length > 9 || (content.length === 1 && unused > 0)) {
    throw malformed("bit string of a strange length");
  }
  const bits = new Set<number>();
  for (let bit = 0; bit < (content.length - 1) * 8 - unused; bit++) {
    if (((content[1 + (bit >> 3)] ?? 0) & (0x80 >> (bit & 7))) !== 0) bits.add(bit);
  }
  return bits;
}

/** Text of any directory string or IA5String. Refuses what does not decode and embedded NUL. */
export function readText(element: DerElement | undefined): string {
  if (element === undefined) throw malformed("a text is missing");
  const text = decode(element);
  if (text.includes("\0")) throw malformed("text holds a NUL");
  return text;
}

function decode({ tag, content }: DerElement): string {
  try {
    if (tag === TAG.utf8String) return utf8.decode(content);
    if (tag === TAG.bmpString) return utf16.decode(content);
  } catch {
    throw malformed("text does not decode");
  }
  if (tag === TAG.teletexString) return Buffer.from(content).toString("latin1");
  if (tag === TAG.printableString || tag === TAG.ia5String) {
    if (content.some((octet) => octet > 0x7f)) throw malformed("text is not ASCII");
    return Buffer.from(content).toString("latin1");
  }
  throw malformed(`0x${tag.toString(16)} is no text`);
}

/** UTCTime (1950–2049) or GeneralizedTime, both in seconds and Z as RFC 5280 §4.1.2.5 wants them. */
export function readTime(element: DerElement | undefined): Date {
  if (element === undefined) throw malformed("a time is missing");
  const { tag, content } = element;
  const digits = tag === TAG.utcTime ? 12 : tag === TAG.generalizedTime ? 14 : -1;
  // Lists of revocations hold one or two times for each of a hundred thousand entries: this reads octets, not texts.
  if (content.length !== digits + 1 || content[digits] !== 0x5a || !content.subarray(0, digits).every(isDigit)) {
    throw malformed("time is not in the form of RFC 5280");
  }
  const two = (at: number): number => ((content[at] as number) - 48) * 10 + (content[at + 1] as number) - 48;
  const start = digits - 10;
  const short = two(start - 2);
  const year = start === 4 ? two(0) * 100 + short : short + (short < 50 ? 2000 : 1900);
  const [month, day, hour, minute, second] = [
    two(start),
    two(start + 2),
    two(start + 4),
    two(start + 6),
    two(start + 8),
  ];
  const time = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  // What rolls over (31 February, 24 h) reads back differently.
  const same =
    time.getUTCFullYear() === year &&
    time.getUTCMonth() === month - 1 &&
    time.getUTCDate() === day &&
    time.getUTCHours() === hour &&
    time.getUTCMinutes() === minute &&
    time.getUTCSeconds() === second;
  if (!same) throw malformed("no such time");
  return time;
}

function isDigit(octet: number): boolean {
  return octet >= 48 && octet <= 57;
}
