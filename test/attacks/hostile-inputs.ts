import { bitString, derElement, oid, sequence, smallInteger } from "../../services/trust/der-write.ts";
import {
  type PendingStamp,
  prepareStamp,
  rangeDigests,
  writeToken,
} from "../../services/trust/long-term/document-stamp.ts";
import { MAX_APPENDED_BYTES, MAX_REVISIONS } from "../../services/trust/long-term/read-revisions.ts";
import { OID } from "../../services/trust/oid.ts";
import { grownOf, storeBehind } from "../document/long-term-surgery.ts";
import { createStampMaker } from "../trust/stamp-maker.ts";

/** Documents of a given size that cost a careless reader much time or memory, each by name. `signed`: a small signed PDF. */
export function hostileInputs(size: number, signed: () => Uint8Array): [string, () => Buffer][] {
  /** As large as allowed, filled with `unit` behind the head. */
  const filled = (unit: string, head: Uint8Array = Buffer.from("%PDF-1.7\n")) =>
    Buffer.concat([head, Buffer.alloc(size - head.length, unit, "latin1")]);

  return [
    ["white space", () => filled(" ")],
    ["byte ranges without numbers", () => filled("/ByteRange ")],
    ["byte ranges with numbers", () => filled("/ByteRange [0 1 2 3] ")],
    [
      "one gap of white space",
      () => filled(" ", Buffer.from("%PDF-1.7\n1 0 obj\n<</ByteRange [0 9 99 999] /Contents")),
    ],
    ["comment marks", () => filled("% ")],
    ["opened strings", () => filled("(")],
    ["objects behind a signature", () => filled("1 0 obj\n<</Type /Page>>\nendobj\n", signed())],
    ["half objects behind a signature", () => filled("1 0 obj /Type ", signed())],
    ["empty entries of a revocation list behind a signature", () => emptyEntries(Buffer.from(signed()))],
    ["document time stamps of a stranger, as many as are read", () => stamped(size, Buffer.from(signed()))],
    ["words in one object", () => wordy(size)],
    ["JSON without an end", () => filled('{"a":', Buffer.from("{"))],
    ["JSON of empty lists", () => Buffer.from(`{"a":[${"[],".repeat(340_000)}[]]}`)],
    ["JSON of empty objects", () => Buffer.from(`{"a":[${"{},".repeat(340_000)}{}]}`)],
    ["a ZIP that is all headers", () => filled("PK\u0001\u0002", Buffer.from("PK\u0003\u0004"))],
  ];
}

/** A security store with one list of as many empty entries as may stand behind a signature. */
function emptyEntries(signed: Buffer): Buffer {
  const time = derElement(0x17, Buffer.from("261124021500Z"));
  const algorithm = sequence(oid(OID.ecdsaWithSha256));
  const entries = sequence(Buffer.alloc(4_000_000, Buffer.from([0x30, 0])));
  const list = sequence(smallInteger(1), algorithm, sequence(), time, time, entries);
  return storeBehind(signed, [
    { kind: "CRLs", der: Buffer.from(sequence(list, algorithm, bitString(new Uint8Array(8)))) },
  ]);
}

/** Sixteen time stamps of an authority of the attacker's own, each over all that stands before it, hashed by SM3, which is slow. */
function stamped(size: number, signed: Buffer): Buffer {
  const file = Buffer.alloc(size);
  const original = padded(signed, size - MAX_APPENDED_BYTES);
  original.copy(file);
  const maker = createStampMaker("sm2");
  const digests = rangeDigests(file);
  let { state } = grownOf(original);
  for (let stamps = 0; stamps < MAX_REVISIONS; stamps += 1) {
    const { end } = state;
    const pending = prepareStamp(state) as PendingStamp;
    pending.bytes.copy(file, end);
    writeToken(
      file,
      pending.byteRange,
      maker.token((hash) => digests(pending.byteRange, hash)),
    );
    state = pending.state;
  }
  return file.subarray(0, state.end);
}

/** The signed file with a stream of zeros in front of its table; the signature covers it by its range, and does not hold. */
function padded(signed: Buffer, size: number): Buffer {
  const text = signed.toString("latin1");
  const [head = "", table = ""] = text.split(/(?<=endobj\n)(?=xref\n)/);
  const [, count = "", rows = ""] = /^xref\n0 (\d+)\n([\s\S]*)trailer\n/.exec(table) ?? [];
  const [length, number] = [size - 2 * signed.length, Number(count)];
  const object = [`${number} 0 obj\n<< /Length ${length} >>\nstream\n`, "\nendstream\nendobj\n"] as const;
  const tableAt = head.length + object[0].length + length + object[1].length;
  const allRows = `${rows}${String(head.length).padStart(10, "0")} 00000 n \n`;
  const trailer = `trailer\n<< /Size ${number + 1} /Root 1 0 R >>\nstartxref\n${tableAt}\n%%EOF\n`;
  const tail = `xref\n0 ${number + 1}\n${allRows}${trailer}`;
  const covering = head.replace(/(?<=\/ByteRange )\[0 (\d+) (\d+) \d+ *\]/, (range, a, b) =>
    `[0 ${a} ${b} ${tableAt + tail.length - b}`.padEnd(range.length - 1).concat("]"),
  );
  return Buffer.concat([
    Buffer.from(covering + object[0], "latin1"),
    Buffer.alloc(length),
    Buffer.from(object[1] + tail, "latin1"),
  ]);
}

/** One object of as many words as fit, under a table that fits. */
function wordy(size: number): Buffer {
  const head = Buffer.from("%PDF-1.7\n1 0 obj\n");
  const rows = "0000000000 65535 f \n0000000009 00000 n \n";
  const tail = (at: number) =>
    Buffer.from(`\nendobj\nxref\n0 2\n${rows}trailer\n<</Root 1 0 R>>\nstartxref\n${at}\n%%EOF\n`);
  const words = Buffer.alloc(size - head.length - tail(size).length, "/a ");
  return Buffer.concat([head, words, tail(head.length + words.length + "\nendobj\n".length)]);
}
