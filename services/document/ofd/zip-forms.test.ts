import { crc32, deflateRawSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { openZip } from "./zip-read.ts";

/** One file of an archive, and how this archive tells of it. What is left out is as it should be. */
interface Entry {
  path: string;
  content?: Buffer;
  flags?: number;
  version?: number;
  method?: number;
  /** Additional fields in front of the file, and in the directory. */
  extra?: Buffer;
  centralExtra?: Buffer;
  comment?: Buffer;
  /** What the header in front says, where it is not what the directory says. */
  localPath?: string;
  localSizes?: [crc: number, packed: number, size: number];
  /** Octets behind the file: a data descriptor. */
  behind?: (sums: Buffer) => Buffer;
  /** What the directory says of where the file begins. */
  offset?: (own: number) => number;
}

const UTF8 = 0x0800;
const DESCRIPTOR = 0x0008;

/** Writes an archive octet by octet, true or not. */
function archive(
  entries: readonly Entry[],
  { between = Buffer.alloc(0), comment = Buffer.alloc(0), reversed = false } = {},
): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const { path, content = Buffer.from(`content of ${path}`), flags = 0, version = 20, method = 8 } = entry;
    const packed = method === 8 ? deflateRawSync(content) : content;
    const sums = words(crc32(content), packed.length, content.length);
    const said = entry.localSizes === undefined ? sums : words(...entry.localSizes);
    const name = Buffer.from(entry.localPath ?? path);
    const central = Buffer.from(path);
    const [extra, more, note] = [
      entry.extra ?? Buffer.alloc(0),
      entry.centralExtra ?? Buffer.alloc(0),
      entry.comment ?? Buffer.alloc(0),
    ];
    const head = Buffer.concat([halves(version, flags, method), words(0x59000000)]);
    const local = Buffer.concat([
      words(0x04034b50),
      head,
      said,
      halves(name.length, extra.length),
      name,
      extra,
      packed,
    ]);
    const body = Buffer.concat([local, entry.behind?.(sums) ?? Buffer.alloc(0)]);
    const place = words(entry.offset?.(offset) ?? offset);
    const lengths = halves(central.length, more.length, note.length, 0, 0);
    directory.push(
      Buffer.concat([words(0x02014b50), halves(0x0314), head, sums, lengths, words(0), place, central, more, note]),
    );
    bodies.push(body);
    offset += body.length;
  }
  const listed = Buffer.concat(reversed ? directory.reverse() : directory);
  const count = halves(0, 0, entries.length, entries.length);
  const end = Buffer.concat([
    words(0x06054b50),
    count,
    words(listed.length, offset + between.length),
    halves(comment.length),
    comment,
  ]);
  return Buffer.concat([...bodies, between, listed, end]);
}

function words(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [i, value] of values.entries()) bytes.writeUInt32LE(value, i * 4);
  return bytes;
}

function halves(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2);
  for (const [i, value] of values.entries()) bytes.writeUInt16LE(value, i * 2);
  return bytes;
}

/** An additional field by its number. */
const field = (id: number, ...values: number[]): Buffer =>
  Buffer.concat([halves(id, values.length * 4), words(...values)]);
const signedDescriptor = (sums: Buffer): Buffer => Buffer.concat([words(0x08074b50), sums]);
const A: Entry = { path: "OFD.xml" };
const B: Entry = { path: "Doc_0/Document.xml" };

describe("archives of other programs: read is", () => {
  test.each<[string, Buffer, RegExp]>([
    ["one with dates and a writer's version", archive([A, B]), /date/],
    ["one whose directory has another order", archive([A, B], { reversed: true }), /another order/],
    ["one with folders", archive([{ path: "Doc_0/", content: Buffer.alloc(0), method: 0 }, A, B]), /folder/],
    [
      "one with data descriptors",
      archive([{ ...A, flags: DESCRIPTOR, localSizes: [0, 0, 0], behind: signedDescriptor }, B]),
      /descriptor/,
    ],
    [
      "descriptors without their signature",
      archive([{ ...A, flags: DESCRIPTOR, behind: (sums) => sums }, B]),
      /descriptor/,
    ],
    [
      "times as additional fields",
      archive([{ ...A, extra: field(0x5455, 1), centralExtra: field(0x5455, 1) }, B]),
      /additional/,
    ],
    ["stored files of version 1.0", archive([{ ...A, method: 0, version: 10 }, B]), /version/],
  ])("%s", (_, bytes, remark) => {
    const { files, unusual } = openZip(bytes);
    expect([...files]).toEqual([A, B].map(({ path }) => [path, Buffer.from(`content of ${path}`)]));
    expect(unusual.join()).toMatch(remark);
  });

  test("a name in Chinese where the archive says that names are UTF-8", () => {
    expect([...openZip(archive([{ path: "Doc_0/附件/数据.xml", flags: UTF8 }])).files.keys()]).toEqual([
      "Doc_0/附件/数据.xml",
    ]);
  });
});

describe("archives with two meanings: refused is", () => {
  test.each<[string, Buffer, string]>([
    ["a gap before the directory", archive([A, B], { between: Buffer.from("hidden") }), "between files and directory"],
    ["a gap between two files", archive([{ ...A, behind: () => Buffer.from("hidden") }, B]), "does not follow"],
    ["octets in front", archive([{ ...A, offset: () => 4 }]), "has no header"],
    [
      "two entries that share a file",
      archive([A, { ...A, path: "B.xml", localPath: "OFD.xml", offset: () => 0 }]),
      "differ",
    ],
    ["a file under two names", archive([A, { path: "B.xml", localPath: "C.xml" }]), "differ"],
    [
      "a name twice, once as a folder",
      archive([{ path: "Doc_0" }, { path: "Doc_0/", content: Buffer.alloc(0) }]),
      "twice",
    ],
    ["a folder that is a file", archive([B, { path: "doc_0" }]), "lies in a file"],
    ["a header with other sizes", archive([{ ...A, localSizes: [1, 2, 3] }, B]), "differ"],
    ["a header with no sizes and no descriptor", archive([{ ...A, localSizes: [0, 0, 0] }, B]), "differ"],
    [
      "a descriptor that says something else",
      archive([{ ...A, flags: DESCRIPTOR, behind: () => Buffer.alloc(16) }, B]),
      "says something else",
    ],
    ["a missing descriptor", archive([{ ...A, flags: DESCRIPTOR }, B]), "says something else"],
    ["ZIP64 sizes", archive([{ ...A, extra: field(1, 0, 0), centralExtra: field(1, 0, 0) }]), "change what it is"],
    ["another name as an additional field", archive([{ ...A, centralExtra: field(0x7075, 1) }]), "change what it is"],
    [
      "an additional field longer than there is room",
      archive([{ ...A, extra: Buffer.from("5554ff00", "hex") }]),
      "change what it is",
    ],
    ["an encrypted file", archive([{ ...A, flags: 1 }]), "demands"],
    ["a version that no package needs", archive([{ ...A, version: 45 }]), "demands"],
    ["another method", archive([{ ...A, method: 12 }]), "method 12"],
    ["a folder with a content", archive([{ path: "Doc_0/", content: Buffer.from("x") }]), "has a content"],
    ["a comment on a file", archive([{ ...A, comment: Buffer.from("x") }]), "bears a comment"],
    ["a comment on the archive", archive([A], { comment: Buffer.from("x") }), "cut short"],
    ["a name in Chinese without the flag", archive([{ path: "附件.xml" }]), "no path"],
    ["a name that is not in composed letters", archive([{ path: "e\u0301.xml", flags: UTF8 }]), "no path"],
    ["a name with a letter without width", archive([{ path: "OFD\u200b.xml", flags: UTF8 }]), "no path"],
  ])("%s", (_, bytes, detail) => {
    expect(() => openZip(bytes)).toThrow(
      expect.objectContaining({ reason: "INVALID_FIELD", message: expect.stringContaining(detail) }),
    );
  });
});
