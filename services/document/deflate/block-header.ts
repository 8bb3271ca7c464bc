import { BitSink, type Bits } from "./bit-sink.ts";
import { codeLengths, codesOf, LONGEST_CODE } from "./huffman.ts";

/** Order in which the lengths of the lengths' own codes are told (RFC 1951, 3.2.7). */
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** A symbol of the table of lengths, with its extra bits. */
interface Told {
  symbol: number;
  extra: number;
  bits: number;
}

/** What a block begins with that brings its own codes: the kind of the block is not in it. */
export function blockHeader(literals: Uint8Array, distances: Uint8Array): Bits {
  const told = runsOf([...literals, ...distances]);
  const often = new Uint32Array(19);
  for (const { symbol } of told) often[symbol] = (often[symbol] as number) + 1;
  const lengths = codeLengths(often, LONGEST_CODE.lengths);
  const codes = codesOf(lengths);
  const shown = ORDER.findLastIndex((symbol) => lengths[symbol] !== 0) + 1;
  const sink = new BitSink(1024);
  sink.put(literals.length - 257, 5);
  sink.put(distances.length - 1, 5);
  sink.put(Math.max(shown, 4) - 4, 4);
  for (const symbol of ORDER.slice(0, Math.max(shown, 4))) sink.put(lengths[symbol] as number, 3);
  for (const { symbol, extra, bits } of told) {
    const code = codes[symbol] as number;
    sink.put(code & 0xffff, code >>> 24);
    if (bits > 0) sink.put(extra, bits);
  }
  return sink.bits();
}

function runsOf(lengths: readonly number[]): Told[] {
  const told: Told[] = [];
  for (let at = 0; at < lengths.length; ) {
    const value = lengths[at] as number;
    let run = 1;
    while (at + run < lengths.length && lengths[at + run] === value) run++;
    if (value === 0 && run >= 3) {
      run = Math.min(run, 138);
      told.push(run > 10 ? { symbol: 18, extra: run - 11, bits: 7 } : { symbol: 17, extra: run - 3, bits: 3 });
    } else if (run >= 3 && at > 0 && lengths[at - 1] === value) {
      run = Math.min(run, 6);
      told.push({ symbol: 16, extra: run - 3, bits: 2 });
    } else {
      run = 1;
      told.push({ symbol: value, extra: 0, bits: 0 });
    }
    at += run;
  }
  return told;
}
