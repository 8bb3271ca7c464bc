import { create } from "qrcode";

/** Check octets of each block, and blocks, by version from 1 to 40, at level L (ISO/IEC 18004, table 9). */
const CHECKS = [
  7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28, 28, 28, 30, 30, 26, 28, 30, 30, 30, 30,
  30, 30, 30, 30, 30, 30, 30, 30, 30, 30,
];
const BLOCKS = [
  1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 7, 8, 8, 9, 9, 10, 12, 12, 12, 13, 14, 15, 16, 17, 18, 19, 19,
  20, 21, 22, 24, 25,
];
/** The mask that all our codes have: columns that three divides. */
export const MASK = 2;

/** What codes of one version have in common. */
export interface VersionTables {
  /** Modules along a side, and octets of a row. */
  size: number;
  stride: number;
  /** Rows with everything but the content: patterns, format and mask; 1 is dark, the first module in the highest place. */
  base: Uint8Array;
  /** Where each bit of the content stands: octet of the rows, and bit in it. */
  octets: Uint16Array;
  bits: Uint8Array;
  /** Octets of content, and how they fall into blocks: first and last (exclusive). */
  content: number;
  blocks: readonly (readonly [number, number])[];
  checks: number;
  /** Product of an octet and each coefficient of the polynomial by which checks are made. */
  products: Uint8Array;
  /** Octet of content (then of checks) by its turn in the code. */
  order: Uint16Array;
}

/** Octets of content that a version holds. */
export function contentOctets(version: number): number {
  const total = Math.floor(moduleCount(version) / 8);
  return total - (CHECKS[version - 1] as number) * (BLOCKS[version - 1] as number);
}

/** Modules that are no pattern and no format (ISO/IEC 18004, annex of capacities). */
function moduleCount(version: number): number {
  const alignment = version === 1 ? 0 : Math.floor(version / 7) + 2;
  const patterns = version === 1 ? 0 : (25 * alignment - 10) * alignment - 55;
  return (16 * version + 128) * version + 64 - patterns - (version >= 7 ? 36 : 0);
}

const known = new Map<number, VersionTables>();

/** The tables of a version, made when it is first drawn. */
export function tablesOf(version: number): VersionTables {
  const before = known.get(version);
  if (before !== undefined) return before;
  const made = makeTables(version);
  known.set(version, made);
  return made;
}

function makeTables(version: number): VersionTables {
  const { modules } = create([{ data: Buffer.from("x"), mode: "byte" }], {
    version,
    errorCorrectionLevel: "L",
    maskPattern: MASK,
  });
  const { size } = modules;
  const stride = (size + 7) >> 3;
  const base = new Uint8Array(size * stride);
  for (let at = 0; at < size * size; at++) {
    const [row, column] = [Math.floor(at / size), at % size];
    const dark = modules.reservedBit[at] ? modules.data[at] === 1 : column % 3 === 0;
    const octet = row * stride + (column >> 3);
    if (dark) base[octet] = (base[octet] as number) | (0x80 >> (column & 7));
  }
  const places = contentPlaces(size, (at) => Boolean(modules.reservedBit[at]));
  const checks = CHECKS[version - 1] as number;
  const content = contentOctets(version);
  const blocks = blocksOf(content, BLOCKS[version - 1] as number);
  return {
    size,
    stride,
    base,
    octets: Uint16Array.from(places, (at) => Math.floor(at / size) * stride + ((at % size) >> 3)),
    bits: Uint8Array.from(places, (at) => 0x80 >> ((at % size) & 7)),
    content,
    blocks,
    checks,
    products: productsOf(checks),
    order: orderOf(blocks, content, checks),
  };
}

/** Modules of the content in their order: two columns at a time from the right, up and down in turn, the timing column left out. */
function contentPlaces(size: number, isReserved: (at: number) => boolean): number[] {
  const places: number[] = [];
  let upwards = true;
  for (let right = size - 1; right > 0; right -= 2) {
    if (right === 6) right--;
    for (let step = 0; step < size; step++) {
      const row = upwards ? size - 1 - step : step;
      for (const column of [right, right - 1]) {
        const at = row * size + column;
        if (!isReserved(at)) places.push(at);
      }
    }
    upwards = !upwards;
  }
  return places;
}

/** The first blocks are one octet shorter where the content does not divide evenly. */
function blocksOf(content: number, count: number): [number, number][] {
  const short = Math.floor(content / count);
  const firstLong = count - (content % count);
  let at = 0;
  return Array.from({ length: count }, (_, index): [number, number] => {
    const from = at;
    at += index < firstLong ? short : short + 1;
    return [from, at];
  });
}

function orderOf(blocks: readonly (readonly [number, number])[], content: number, checks: number): Uint16Array {
  const order: number[] = [];
  const longest = Math.max(...blocks.map(([from, to]) => to - from));
  for (let i = 0; i < longest; i++) for (const [from, to] of blocks) if (from + i < to) order.push(from + i);
  for (let i = 0; i < checks; i++)
    for (let block = 0; block < blocks.length; block++) order.push(content + block * checks + i);
  return Uint16Array.from(order);
}

/** Products with the coefficients of (x − 1)(x − 2)(x − 4)…, in the field of 256 elements of the standard. */
function productsOf(checks: number): Uint8Array {
  let polynomial = [1];
  let root = 1;
  for (let i = 0; i < checks; i++) {
    const next = [...polynomial, 0];
    polynomial.forEach((coefficient, at) => {
      next[at + 1] = (next[at + 1] as number) ^ product(coefficient, root);
    });
    polynomial = next;
    root = product(root, 2);
  }
  return Uint8Array.from({ length: 256 * checks }, (_, at) =>
    product(Math.floor(at / checks), polynomial[(at % checks) + 1] as number),
  );
}

function product(a: number, b: number): number {
  let out = 0;
  for (let bit = 7; bit >= 0; bit--) out = (out << 1) ^ ((out >> 7) * 0x11d) ^ (((b >> bit) & 1) * a);
  return out;
}
