import { seededNumbers } from "../../services/domain/seeded.ts";

/** Words that readers of these formats react to. */
const WORDS = [
  "/ByteRange [0 10 20 30]",
  "/ByteRange [0 4294967295 4294967296 9999999999]",
  "/Contents <00>",
  "endobj\n",
  "1 0 obj\n",
  "stream\n",
  "xref\n0 999999\n",
  "startxref\n0\n%%EOF\n",
  "<<".repeat(2000),
  "[".repeat(5000),
  "(".repeat(5000),
  "% ".repeat(3000),
  '{"a":'.repeat(3000),
  "PK\u0003\u0004",
  "PK\u0001\u0002",
  "PK\u0005\u0006\0\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\0\0",
  "0\x84\xff\xff\xff\xff",
  "0\x80",
  "\xa0\x83\x01\0\0",
  "<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;'>]>",
  "\0".repeat(4096),
].map((word) => Buffer.from(word, "latin1"));

/** Makes a mutator: each call gives another changed copy of a file, the same ones in the same order for the same seed. */
export function createMutator(seed: number, pool: readonly Uint8Array[]): (file: Uint8Array) => Buffer {
  const next = seededNumbers(seed);
  const below = (limit: number) => Math.floor(next() * limit);
  const pick = <T>(list: readonly T[]) => list[below(list.length)] as T;

  /** A stretch of another file, or a word. */
  function foreign(): Uint8Array {
    if (next() < 0.5) return pick(WORDS);
    const other = pick(pool);
    const from = below(other.length);
    return other.subarray(from, from + 1 + below(2000));
  }

  function changeOnce(file: Buffer): Buffer {
    const at = below(file.length + 1);
    const length = below(Math.min(4096, file.length)) + 1;
    switch (below(9)) {
      case 0: {
        const copy = Buffer.from(file);
        copy[at % copy.length] = (copy[at % copy.length] ?? 0) ^ (1 << below(8));
        return copy;
      }
      case 1: {
        const copy = Buffer.from(file);
        copy[at % copy.length] = below(256);
        return copy;
      }
      case 2:
        return file.subarray(0, at);
      case 3:
        return file.subarray(Math.min(at, 64));
      case 4:
        return Buffer.concat([file.subarray(0, at), file.subarray(at + length)]);
      case 5:
        return Buffer.concat([file.subarray(0, at), file.subarray(at, at + length), file.subarray(at)]);
      case 6:
        return Buffer.concat([file.subarray(0, at), foreign(), file.subarray(at)]);
      case 7: {
        const put = foreign();
        return Buffer.concat([file.subarray(0, at), put, file.subarray(at + put.length)]);
      }
      default: {
        // Numbers in the text are what offsets and sizes are made of.
        const text = file.toString("latin1", at, at + 400);
        const number = /\d+/.exec(text);
        if (number === null) return Buffer.concat([file, foreign()]);
        const other = String(pick([0, 1, below(1 << 16), file.length, 2 ** 31, 2 ** 32 + 1, -1]));
        const start = at + number.index;
        return Buffer.concat([file.subarray(0, start), Buffer.from(other), file.subarray(start + number[0].length)]);
      }
    }
  }

  return (file) => {
    let made = Buffer.from(file);
    for (let left = 1 + below(3); left > 0 && made.length > 0; left--) made = Buffer.from(changeOnce(made));
    return made;
  };
}
