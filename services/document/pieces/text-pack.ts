import { USUAL } from "./usual-octets.ts";

/** Octets of the shortest repeat. */
const SHORTEST = 4;
const HASH_BITS = 13;
/** Octets that repeat nothing, as a power of two, after which one more is passed over at each look. */
const PATIENCE = 5;
/** Octets of what is packed already in which no repeat was found, behind which none is looked for: what coders begin with comes again, little else. */
const DENSE_MISSES = 32;
/** Lengths below this one stand in the token, others behind it. */
const NIBBLE = 15;

/** Where the four octets of a hash stood last. Kept from text to text, with those of {@link USUAL} to begin with. */
const seen = new Int32Array(1 << HASH_BITS);
const usualSeen = new Int32Array(1 << HASH_BITS).fill(-1);
let room = Buffer.alloc(0);
let sink = Buffer.alloc(0);

function hashOf(word: number): number {
  return Math.imul(word, 0x9e3779b1) >>> (32 - HASH_BITS);
}

function wordAt(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)
  );
}

/** Octets that are to be packed. */
export interface Text {
  octets: Uint8Array;
  /** They are packed already, such as by deflate: repeats are looked for only as long as they come. */
  dense?: boolean;
}

/** Puts texts behind what is usual; returns where each ends. */
function gathered(texts: readonly Text[]): number[] {
  const size = texts.reduce((sum, { octets }) => sum + octets.length, USUAL.length);
  if (room.length < size) {
    room = Buffer.alloc(2 * size);
    room.set(USUAL);
    for (let at = 0; at + SHORTEST <= USUAL.length; at++) usualSeen[hashOf(wordAt(USUAL, at))] = at;
    sink = Buffer.alloc(3 * size);
  }
  let end = USUAL.length;
  return texts.map(({ octets }) => {
    room.set(octets, end);
    end += octets.length;
    return end;
  });
}

/**
 * Packs octets as repeats of what stands before them, or of what is usual in files of certificates, and what is between: a token (octets that
 * follow, and length of the repeat), these octets, and how far back the repeat stands, in turns. The same texts always give the same. What it returns is a
 * view, until the next text.
 */
export function packText(texts: readonly Text[]): Uint8Array {
  const ends = gathered(texts);
  const end = ends.at(-1) ?? USUAL.length;
  seen.set(usualSeen);
  let done = { plain: USUAL.length, to: 0 };
  let begin = USUAL.length;
  for (const [index, { dense }] of texts.entries()) {
    const until = ends[index] as number;
    done = packed(Math.max(begin, done.plain), until, { ...done, end, most: dense ? DENSE_MISSES : end });
    begin = until;
  }
  return sink.subarray(0, putToken(room, done.plain, end, { to: done.to, repeat: SHORTEST }));
}

/** Packs what repeats between two places. `plain`: where what is not written yet begins. */
function packed(
  from: number,
  until: number,
  { plain, to, end, most }: { plain: number; to: number; end: number; most: number },
): { plain: number; to: number } {
  const bytes = room;
  const last = Math.min(until, end - SHORTEST + 1);
  let misses = 0;
  for (let at = from; at < last; ) {
    const word = wordAt(bytes, at);
    const hash = hashOf(word);
    let before = seen[hash] as number;
    seen[hash] = at;
    if (before < 0 || wordAt(bytes, before) !== word) {
      at += 1 + (misses++ >> PATIENCE);
      if (misses > most) break;
      continue;
    }
    misses = 0;
    let behind = at + SHORTEST;
    for (let also = before + SHORTEST; behind < end && bytes[also] === bytes[behind]; also++) behind++;
    for (; at > plain && before > 0 && bytes[at - 1] === bytes[before - 1]; before--) at--;
    to = putNumber(at - before, putToken(bytes, plain, at, { to, repeat: behind - at }));
    plain = behind;
    at = behind;
  }
  return { plain, to };
}

/** Writes a token and its octets; returns the place behind. */
function putToken(bytes: Buffer, from: number, end: number, { to, repeat }: { to: number; repeat: number }): number {
  const plain = end - from;
  const more = repeat - SHORTEST;
  sink[to++] = (Math.min(plain, NIBBLE) << 4) | Math.min(more, NIBBLE);
  let at = plain < NIBBLE ? to : putNumber(plain - NIBBLE, to);
  if (more >= NIBBLE) at = putNumber(more - NIBBLE, at);
  if (plain < 24) for (let i = from; i < end; i++) sink[at++] = bytes[i] as number;
  else {
    bytes.copy(sink, at, from, end);
    at += plain;
  }
  return at;
}

function putNumber(value: number, to: number): number {
  let at = to;
  let rest = value;
  for (; rest > 127; rest >>>= 7) sink[at++] = (rest & 127) | 128;
  sink[at++] = rest;
  return at;
}

/** Unpacks what gives so many octets. Throws an `Error` where it gives fewer or more, or something is left. */
export function unpackText(packed: Uint8Array, length: number): Buffer {
  const before = USUAL.length;
  const out = Buffer.allocUnsafe(before + length);
  out.set(USUAL);
  let from = 0;
  const take = (): number => {
    for (let value = 0, shift = 0; ; shift += 7) {
      const octet = packed[from++];
      if (octet === undefined || shift > 21) throw new Error("packed octets that are cut off");
      value |= (octet & 127) << shift;
      if (octet < 128) return value;
    }
  };
  let at = before;
  for (;;) {
    const token = packed[from++] ?? 0;
    const plain = token >> 4 < NIBBLE ? token >> 4 : NIBBLE + take();
    const repeat = SHORTEST + ((token & NIBBLE) < NIBBLE ? token & NIBBLE : NIBBLE + take());
    if (from + plain > packed.length || at + plain > out.length) throw new Error("packed octets that do not fit");
    if (plain < 24) for (let i = 0; i < plain; i++) out[at++] = packed[from++] as number;
    else {
      out.set(packed.subarray(from, from + plain), at);
      at += plain;
      from += plain;
    }
    if (at === out.length) break;
    const back = take();
    if (back === 0 || back > at || at + repeat > out.length) throw new Error("packed octets that repeat nothing");
    at = repeated(out, at, { back, repeat });
  }
  if (from !== packed.length) throw new Error("packed octets with more behind them");
  return out.subarray(before);
}

/** Writes a repeat, which may reach into itself; returns the place behind. */
function repeated(out: Buffer, at: number, { back, repeat }: { back: number; repeat: number }): number {
  const end = at + repeat;
  if (repeat > 24 && back >= repeat) out.copyWithin(at, at - back, end - back);
  else for (let i = at; i < end; i++) out[i] = out[i - back] as number;
  return end;
}
