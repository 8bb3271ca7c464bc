import { Refusal } from "../../domain/refusal.ts";
import { ZIP_DATE, ZIP_VERSION } from "./zip-write.ts";

/** Bytes of one file, uncompressed, at most. */
export const MAX_FILE_BYTES = 16 << 20;
const MAX_PATH = 200;

/** ASCII, as the file names of OFD are as a rule; other letters only where the archive says that its names are UTF-8. */
const PLAIN_PATH = /^(?:[A-Za-z0-9_-][A-Za-z0-9_.-]*\/)*[A-Za-z0-9_-][A-Za-z0-9_.-]*\/?$/;
const UTF8_PATH = /^(?:[\p{L}\p{N}_-][\p{L}\p{N}_.-]*\/)*[\p{L}\p{N}_-][\p{L}\p{N}_.-]*\/?$/u;

/** Bits of the flags: speed of the compressor, a data descriptor behind the file, names in UTF-8. All others are refused. */
const FLAG = { speed: 0x0006, descriptor: 0x0008, utf8: 0x0800 } as const;

/**
 * Additional fields that tell times and owners only, in the numbers of Info-ZIP, NTFS and Java. Refused are all that change what an
 * archive means: ZIP64 sizes, other names, encryption.
 */
const HARMLESS_EXTRA = new Set([0x000a, 0x5455, 0x5855, 0x7855, 0x7875, 0xcafe]);

/** What the directory says of a file, held against the header in front of it. */
export interface ZipEntry {
  path: string;
  folder: boolean;
  deflated: boolean;
  crc: number;
  packedSize: number;
  size: number;
  /** Where the header begins, the packed octets lie, and the entry ends. */
  offset: number;
  start: number;
  stop: number;
  end: number;
}

/** Called with what is not of the form that our writer gives an archive, though it is sound. */
export type Remark = (path: string, what: string) => void;

/** The entry of the directory at `at` with the length of it. `limit` is where the directory ends, and so the files too. */
export function readEntry(
  archive: Buffer,
  at: number,
  limit: number,
  remark: Remark,
): { entry: ZipEntry; length: number } {
  if (at + 46 > limit || archive.readUInt32LE(at) !== 0x02014b50) throw malformed("the directory is cut short");
  const [nameLength, extraLength, commentLength] = [28, 30, 32].map((step) => archive.readUInt16LE(at + step)) as [
    number,
    number,
    number,
  ];
  const length = 46 + nameLength + extraLength;
  if (at + length > limit) throw malformed("the directory is cut short");
  const flags = archive.readUInt16LE(at + 8);
  const path = readPath(archive.subarray(at + 46, at + 46 + nameLength), (flags & FLAG.utf8) !== 0);
  if (commentLength !== 0 || archive.readUInt16LE(at + 34) !== 0)
    throw malformed(`${path} bears a comment, or lies elsewhere`);
  // Version of the writer, internal and external attributes.
  const ours = archive.readUInt16LE(at + 4) === ZIP_VERSION && archive.readUInt16LE(at + 36) === 0;
  if (!ours || archive.readUInt32LE(at + 38) !== 0) remark(path, "bears attributes of a file system");
  checkExtra(archive.subarray(at + 46 + nameLength, at + length), path, remark);
  const common = readCommon(archive, at + 6, path, remark);
  const offset = archive.readUInt32LE(at + 42);
  const folder = path.endsWith("/");
  if (folder) {
    if (common.size !== 0) throw malformed(`the folder ${path} has a content`);
    remark(path, "is an entry of a folder");
  }
  return {
    entry: { path, folder, ...common, offset, ...locate(archive, at, { path, offset, flags, ...common }, remark) },
    length,
  };
}

/** Holds the header in front of a file against the directory, and finds where the file lies. */
function locate(
  archive: Buffer,
  central: number,
  entry: Pick<ZipEntry, "path" | "offset" | "crc" | "packedSize" | "size"> & { flags: number },
  remark: Remark,
): Pick<ZipEntry, "start" | "stop" | "end"> {
  const { path, offset: at } = entry;
  if (at + 30 > archive.length || archive.readUInt32LE(at) !== 0x04034b50) throw malformed(`${path} has no header`);
  const nameLength = archive.readUInt16LE(at + 26);
  const extra = at + 30 + nameLength;
  const start = extra + archive.readUInt16LE(at + 28);
  const stop = start + entry.packedSize;
  if (stop > archive.length) throw malformed(`${path} is cut short`);
  const name = archive.subarray(at + 30, extra);
  const listed = archive.subarray(central + 46, central + 46 + archive.readUInt16LE(central + 28));
  // Version, flags, method, time and date.
  const head = archive.subarray(at + 4, at + 14).equals(archive.subarray(central + 6, central + 16));
  const sums = [14, 18, 22].map((step) => archive.readUInt32LE(at + step));
  const told = [entry.crc, entry.packedSize, entry.size];
  const later = (entry.flags & FLAG.descriptor) !== 0;
  const agree = sums.every((sum, i) => sum === told[i] || (later && sum === 0));
  if (!name.equals(listed) || !head || !agree) throw malformed(`header and directory entry of ${path} differ`);
  checkExtra(archive.subarray(extra, start), path, remark);
  return { start, stop, end: later ? endOfDescriptor(archive, stop, told, path, remark) : stop };
}

/** The data descriptor says the same once more, with or without four octets in front. */
function endOfDescriptor(archive: Buffer, at: number, told: number[], path: string, remark: Remark): number {
  const expected = Buffer.alloc(16);
  expected.writeUInt32LE(0x08074b50, 0);
  for (const [i, value] of told.entries()) expected.writeUInt32LE(value, 4 + i * 4);
  remark(path, "bears a data descriptor");
  for (const form of [expected, expected.subarray(4)]) {
    if (archive.subarray(at, at + form.length).equals(form)) return at + form.length;
  }
  throw malformed(`the data descriptor of ${path} says something else`);
}

function readCommon(
  archive: Buffer,
  at: number,
  path: string,
  remark: Remark,
): Pick<ZipEntry, "deflated" | "crc" | "packedSize" | "size"> {
  const [version, flags, method] = [0, 2, 4].map((step) => archive.readUInt16LE(at + step)) as [number, number, number];
  if (version > ZIP_VERSION || (flags & ~(FLAG.speed | FLAG.descriptor | FLAG.utf8)) !== 0)
    throw malformed(`the header of ${path} demands what no package needs`);
  if (version !== ZIP_VERSION || flags !== 0 || archive.readUInt32LE(at + 6) !== ZIP_DATE * 0x10000)
    remark(path, "bears a date, a version or flags");
  if (method !== 0 && method !== 8) throw malformed(`${path} is packed by method ${method}`);
  const [crc, packedSize, size] = [10, 14, 18].map((step) => archive.readUInt32LE(at + step)) as [
    number,
    number,
    number,
  ];
  if (size > MAX_FILE_BYTES) throw tooLarge(`${path} has more than ${MAX_FILE_BYTES} bytes`);
  return { deflated: method === 8, crc, packedSize, size };
}

/** A path with one spelling only: no parts that leave the package, no letter that could be written in two ways. */
function readPath(octets: Buffer, utf8: boolean): string {
  const path = octets.toString(utf8 ? "utf8" : "latin1");
  const form = utf8 ? UTF8_PATH : PLAIN_PATH;
  if (path.length > MAX_PATH || !form.test(path) || path !== path.normalize("NFC") || !Buffer.from(path).equals(octets))
    throw malformed(`${JSON.stringify(path.slice(0, 80))} is no path of a package`);
  return path;
}

function checkExtra(extra: Buffer, path: string, remark: Remark): void {
  if (extra.length === 0) return;
  remark(path, "bears additional fields");
  let at = 0;
  while (at + 4 <= extra.length && HARMLESS_EXTRA.has(extra.readUInt16LE(at))) at += 4 + extra.readUInt16LE(at + 2);
  if (at !== extra.length) throw malformed(`${path} bears additional fields that change what it is`);
}

/** The archive is not sound. */
export function malformed(detail: string): Refusal {
  return new Refusal("INVALID_FIELD", `OFD package: ${detail}`);
}

/** The archive exceeds a limit. */
export function tooLarge(detail: string): Refusal {
  return new Refusal("TOO_LARGE", `OFD package: ${detail}`);
}
