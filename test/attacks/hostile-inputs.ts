import { bitString, derElement, oid, sequence, smallInteger } from "../../services/trust/der-write.ts";
import { OID } from "../../services/trust/oid.ts";
import { storeBehind } from "../document/long-term-surgery.ts";

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

/** One object of as many words as fit, under a table that fits. */
function wordy(size: number): Buffer {
  const head = Buffer.from("%PDF-1.7\n1 0 obj\n");
  const rows = "0000000000 65535 f \n0000000009 00000 n \n";
  const tail = (at: number) =>
    Buffer.from(`\nendobj\nxref\n0 2\n${rows}trailer\n<</Root 1 0 R>>\nstartxref\n${at}\n%%EOF\n`);
  const words = Buffer.alloc(size - head.length - tail(size).length, "/a ");
  return Buffer.concat([head, words, tail(head.length + words.length + "\nendobj\n".length)]);
}
