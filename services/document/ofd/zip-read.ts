import { crc32, inflateRawSync } from "node:zlib";
import { Refusal } from "../../domain/refusal.ts";
import { ZIP_DATE, ZIP_VERSION } from "./zip-write.ts";

/** What a package may hold at most. */
export const ZIP_LIMITS = {
  /** Bytes of the archive. */
  archive: 16 << 20,
  /** Files in it. */
  files: 256,
  /** Bytes of one file, and of all together, uncompressed. */
  file: 16 << 20,
  total: 32 << 20,
} as const;

const PATH = /^(?:[A-Za-z0-9_-][A-Za-z0-9_.-]*\/)*[A-Za-z0-9_-][A-Za-z0-9_.-]*$/;
const MAX_PATH = 200;

interface Entry {
  path: string;
  deflated: boolean;
  crc: number;
  packedSize: number;
  size: number;
  offset: number;
}

/**
 * Reads a ZIP archive in the one form that our writer gives it, and nothing else: files back to back from the first
 * octet, a directory that says the same as their headers, no comments, extra fields, dates or encryption, no path twice
 * (also not in another case), none that leaves the package. So no octet can be changed or hidden without notice. Sizes
 * are limited before anything is unpacked. Throws `INVALID_FIELD` (`TOO_LARGE` for limits) with what is wrong.
 */
export function readZip(archive: Buffer): Map<string, Buffer> {
  if (archive.length > ZIP_LIMITS.archive) throw tooLarge(`archive has more than ${ZIP_LIMITS.archive} bytes`);
  const entries = readDirectory(archive);
  const total = entries.reduce((sum, { size }) => sum + size, 0);
  if (total > ZIP_LIMITS.total) throw tooLarge(`files have more than ${ZIP_LIMITS.total} bytes together`);
  const files = new Map<string, Buffer>();
  let at = 0;
  for (const entry of entries) {
    if (entry.offset !== at) throw malformed(`${entry.path} does not follow the file before it`);
    const start = at + 30 + entry.path.length;
    const end = start + entry.packedSize;
    if (end > archive.length) throw malformed(`${entry.path} is cut short`);
    checkLocalHeader(archive, entry);
    files.set(entry.path, unpack(archive.subarray(start, end), entry));
    at = end;
  }
  if (at !== archive.readUInt32LE(archive.length - 6)) throw malformed("octets lie between files and directory");
  return files;
}

function readDirectory(archive: Buffer): Entry[] {
  const end = archive.length - 22;
  if (end < 0 || archive.readUInt32LE(end) !== 0x06054b50) throw malformed("no ZIP archive, or one that is cut short");
  const count = archive.readUInt16LE(end + 10);
  const plain =
    archive.readUInt32LE(end + 4) === 0 &&
    archive.readUInt16LE(end + 8) === count &&
    archive.readUInt16LE(end + 20) === 0;
  if (!plain) throw malformed("archive in several parts or with a comment");
  if (count > ZIP_LIMITS.files) throw tooLarge(`more than ${ZIP_LIMITS.files} files`);
  let at = archive.readUInt32LE(end + 16);
  if (at + archive.readUInt32LE(end + 12) !== end) throw malformed("the directory has another size than it says");
  const entries: Entry[] = [];
  const seen = new Set<string>();
  for (let i = 0; i < count; i++) {
    if (at + 46 > end) throw malformed("the directory is cut short");
    const nameLength = archive.readUInt16LE(at + 28);
    if (at + 46 + nameLength > end) throw malformed("the directory is cut short");
    const entry = readEntry(archive, at, nameLength);
    if (seen.has(entry.path.toLowerCase())) throw malformed(`${entry.path} is there twice`);
    seen.add(entry.path.toLowerCase());
    entries.push(entry);
    at += 46 + nameLength;
  }
  if (at !== end) throw malformed("octets lie behind the directory");
  return entries;
}

function readEntry(archive: Buffer, at: number, nameLength: number): Entry {
  const path = archive.toString("latin1", at + 46, at + 46 + nameLength);
  if (path.length > MAX_PATH || !PATH.test(path))
    throw malformed(`${JSON.stringify(path.slice(0, 80))} is no path of a package`);
  const head = archive.readUInt32LE(at) === 0x02014b50 && archive.readUInt16LE(at + 4) === ZIP_VERSION;
  // Extra field, comment, disk and attributes: all empty.
  const empty = archive.subarray(at + 30, at + 42).every((byte) => byte === 0);
  if (!head || !empty) throw malformed(`the directory entry of ${path} has another form`);
  const common = readCommon(archive, at + 6, path);
  return { path, ...common, offset: archive.readUInt32LE(at + 42) };
}

function readCommon(archive: Buffer, at: number, path: string): Omit<Entry, "path" | "offset"> {
  const [version, flags, method] = [0, 2, 4].map((step) => archive.readUInt16LE(at + step));
  const dated = archive.readUInt32LE(at + 6) !== ZIP_DATE * 0x10000;
  if (version !== ZIP_VERSION || flags !== 0 || dated) throw malformed(`the header of ${path} has another form`);
  if (method !== 0 && method !== 8) throw malformed(`${path} is packed by method ${method}`);
  const [crc, packedSize, size] = [10, 14, 18].map((step) => archive.readUInt32LE(at + step)) as [
    number,
    number,
    number,
  ];
  if (size > ZIP_LIMITS.file) throw tooLarge(`${path} has more than ${ZIP_LIMITS.file} bytes`);
  return { deflated: method === 8, crc, packedSize, size };
}

function checkLocalHeader(archive: Buffer, entry: Entry): void {
  const at = entry.offset;
  const same =
    archive.readUInt32LE(at) === 0x04034b50 &&
    archive.readUInt16LE(at + 26) === entry.path.length &&
    archive.readUInt16LE(at + 28) === 0 &&
    archive.toString("latin1", at + 30, at + 30 + entry.path.length) === entry.path;
  const { deflated, crc, packedSize, size } = readCommon(archive, at + 4, entry.path);
  const equal =
    deflated === entry.deflated && crc === entry.crc && packedSize === entry.packedSize && size === entry.size;
  if (!same || !equal) throw malformed(`header and directory entry of ${entry.path} differ`);
}

function unpack(packed: Buffer, { path, deflated, size, crc }: Entry): Buffer {
  let content = packed;
  if (deflated) {
    try {
      // A stream that yields more than it says ends here, before it fills the memory.
      const result = inflateRawSync(packed, { maxOutputLength: Math.max(size, 1), info: true }) as unknown as {
        buffer: Buffer;
        engine: { bytesWritten: number };
      };
      if (result.engine.bytesWritten !== packed.length) throw malformed(`octets lie behind the stream of ${path}`);
      content = result.buffer;
    } catch (error) {
      if (error instanceof Refusal) throw error;
      throw malformed(`${path} does not unpack to what it says`);
    }
  }
  if (content.length !== size || crc32(content) !== crc) throw malformed(`${path} does not unpack to what it says`);
  return content;
}

function malformed(detail: string): Refusal {
  return new Refusal("INVALID_FIELD", `OFD package: ${detail}`);
}

function tooLarge(detail: string): Refusal {
  return new Refusal("TOO_LARGE", `OFD package: ${detail}`);
}
