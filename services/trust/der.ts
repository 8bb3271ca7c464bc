import { Refusal } from "../domain/refusal.ts";

/** Identifier octets used here. Constructed types carry bit 6 already. */
export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  enumerated: 0x0a,
  utf8String: 0x0c,
  printableString: 0x13,
  teletexString: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const;

/** Deepest nesting that is read; real certificates stay below 12. */
const MAX_DEPTH = 32;

/** One element of a DER text. Both views share the memory of what was read: do not write to them. */
export interface DerElement {
  /** Identifier octet. */
  readonly tag: number;
  /** Contents octets. */
  readonly content: Uint8Array;
  /** Identifier, length and contents: the element as it stands. */
  readonly raw: Uint8Array;
  /** Nesting below the outermost element, which has 0. */
  readonly depth: number;
}

/** The refusal of a text that is not DER (X.690 §10), or not the DER that was expected. */
export function malformed(what: string): Refusal {
  return new Refusal("INVALID_FIELD", `DER: ${what}`);
}

/**
 * Reads exactly one element that fills `bytes`. Refuses (`INVALID_FIELD`) trailing bytes, indefinite or non-minimal
 * lengths, tag numbers above 30, nesting beyond 32 and texts over `maxBytes` (default 4 MiB).
 */
export function readDer(bytes: Uint8Array, maxBytes = 4 << 20): DerElement {
  if (bytes.length > maxBytes) throw malformed(`${bytes.length} bytes exceed the limit of ${maxBytes}`);
  const element = elementAt(bytes, 0, 0);
  if (element.raw.length !== bytes.length) throw malformed("bytes follow the element");
  return element;
}

/** Reads the first element of `bytes` and leaves what follows alone: for padded containers such as PDF `/Contents`. */
export function readDerPrefix(bytes: Uint8Array): DerElement {
  return elementAt(bytes, 0, 0);
}

/** The elements inside a constructed element, in order; refuses more than `most`. Pass `tag` to refuse any other identifier on the parent. */
export function childrenOf(parent: DerElement, tag = parent.tag, most = Number.POSITIVE_INFINITY): DerElement[] {
  expectTag(parent, tag);
  const children: DerElement[] = [];
  for (const child of eachChildOf(parent)) {
    if (children.length >= most) throw malformed(`more than ${most} elements`);
    children.push(child);
  }
  return children;
}

/** The elements inside a constructed one, one after the other: for lists so long that they are not to be held at once. */
export function* eachChildOf(parent: DerElement): Generator<DerElement, void> {
  if ((parent.tag & 0x20) === 0) throw malformed("a primitive value has no elements inside");
  if (parent.depth >= MAX_DEPTH) throw malformed(`nested deeper than ${MAX_DEPTH}`);
  for (let offset = 0; offset < parent.content.length; ) {
    const child = elementAt(parent.content, offset, parent.depth + 1);
    yield child;
    offset += child.raw.length;
  }
}

/** The single element inside an explicit tag or wrapper. */
export function onlyChildOf(parent: DerElement, tag = parent.tag): DerElement {
  let only: DerElement | undefined;
  for (const child of eachChildOf(expectTag(parent, tag))) {
    if (only !== undefined) throw malformed("expected exactly one element");
    only = child;
  }
  if (only === undefined) throw malformed("expected exactly one element");
  return only;
}

/** Refuses an element that is absent or bears another identifier. */
export function expectTag(element: DerElement | undefined, tag: number): DerElement {
  if (element === undefined) throw malformed(`an element 0x${tag.toString(16)} is missing`);
  if (element.tag !== tag) {
    throw malformed(`expected 0x${tag.toString(16)}, found 0x${element.tag.toString(16)}`);
  }
  return element;
}

function elementAt(bytes: Uint8Array, start: number, depth: number): DerElement {
  const tag = bytes[start];
  const first = bytes[start + 1];
  if (tag === undefined || first === undefined) throw malformed("the text ends inside a header");
  if ((tag & 0x1f) === 0x1f) throw malformed("tag numbers above 30 are not used");
  if (tag === 0) throw malformed("end-of-contents has no place in DER");
  let length = first;
  let offset = start + 2;
  if (first >= 0x80) {
    const octets = first & 0x7f;
    if (octets === 0) throw malformed("indefinite length");
    if (octets > 4) throw malformed("length beyond 4 octets");
    length = 0;
    for (let index = 0; index < octets; index++, offset++) {
      const octet = bytes[offset];
      if (octet === undefined) throw malformed("the text ends inside a length");
      length = length * 256 + octet;
    }
    if (length < 0x80 || length < 256 ** (octets - 1)) throw malformed("length is not minimal");
  }
  const end = offset + length;
  if (end > bytes.length) throw malformed("the text ends inside a value");
  return { tag, content: bytes.subarray(offset, end), raw: bytes.subarray(start, end), depth };
}
