import { crc32, inflateRawSync } from "node:zlib";
import { Refusal } from "../../domain/refusal.ts";
import { MAX_FILE_BYTES, malformed, readEntry, tooLarge, type ZipEntry } from "./zip-entry.ts";

/** What a package may hold at most. */
export const ZIP_LIMITS = {
  /** Bytes of the archive. */
  archive: 16 << 20,
  /** Files and folders in it. */
  files: 256,
  /** Bytes of one file, and of all together, uncompressed. */
  file: MAX_FILE_BYTES,
  total: 32 << 20,
} as const;

/** An archive that is sound. */
export interface ZipArchive {
  files: Map<string, Buffer>;
  /** Where the header of each file begins, in octets. */
  offsets: Map<string, number>;
  /** What is not of the form that our writer gives an archive, as sentences; empty for one of ours. */
  unusual: string[];
}

/**
 * Reads a ZIP archive that any program made, if it has one meaning only: files back to back from the first octet to the
 * directory, in whatever order that lists them, and nothing between, in front or behind; headers, directory and data
 * descriptors that say the same; names in one spelling, none twice (also not in another case), none that leaves the
 * package. Refused are comments, ZIP64, encryption, several parts, and other methods than stored and deflated. Sizes are limited
 * before anything is unpacked. Throws `INVALID_FIELD` (`TOO_LARGE` for limits) with what is wrong.
 */
export function openZip(archive: Buffer): ZipArchive {
  if (archive.length > ZIP_LIMITS.archive) throw tooLarge(`archive has more than ${ZIP_LIMITS.archive} bytes`);
  const unusual = new Set<string>();
  const { entries, directory } = readDirectory(archive, (path, what) => unusual.add(`${path} ${what}`));
  const total = entries.reduce((sum, { size }) => sum + size, 0);
  if (total > ZIP_LIMITS.total) throw tooLarge(`files have more than ${ZIP_LIMITS.total} bytes together`);
  const byPlace = entries.toSorted((a, b) => a.offset - b.offset);
  if (byPlace.some((entry, i) => entry !== entries[i])) unusual.add("the directory lists the files in another order");
  const files = new Map<string, Buffer>();
  const offsets = new Map<string, number>();
  let at = 0;
  for (const entry of byPlace) {
    if (entry.offset !== at) throw malformed(`${entry.path} does not follow the file before it`);
    const content = unpack(archive.subarray(entry.start, entry.stop), entry);
    at = entry.end;
    if (entry.folder) continue;
    files.set(entry.path, content);
    offsets.set(entry.path, entry.offset);
  }
  if (at !== directory) throw malformed("octets lie between files and directory");
  return { files, offsets, unusual: [...unusual] };
}

/** The files of an archive in the one form that our writer gives it; everything else is refused as {@link openZip} does. */
export function readZip(archive: Buffer): Map<string, Buffer> {
  const { files, unusual } = openZip(archive);
  if (unusual[0] !== undefined) throw malformed(unusual[0]);
  return files;
}

function readDirectory(
  archive: Buffer,
  remark: (path: string, what: string) => void,
): { entries: ZipEntry[]; directory: number } {
  const end = archive.length - 22;
  if (end < 0 || archive.readUInt32LE(end) !== 0x06054b50) throw malformed("no ZIP archive, or one that is cut short");
  const count = archive.readUInt16LE(end + 10);
  const plain =
    archive.readUInt32LE(end + 4) === 0 &&
    archive.readUInt16LE(end + 8) === count &&
    archive.readUInt16LE(end + 20) === 0;
  if (!plain) throw malformed("archive in several parts or with a comment");
  if (count > ZIP_LIMITS.files) throw tooLarge(`more than ${ZIP_LIMITS.files} files`);
  const directory = archive.readUInt32LE(end + 16);
  if (directory + archive.readUInt32LE(end + 12) !== end)
    throw malformed("the directory has another size than it says");
  const entries: ZipEntry[] = [];
  const seen = new Set<string>();
  let at = directory;
  for (let i = 0; i < count; i++) {
    const { entry, length } = readEntry(archive, at, end, remark);
    const name = entry.path.toLowerCase().replace(/\/$/, "");
    if (seen.has(name)) throw malformed(`${entry.path} is there twice`);
    seen.add(name);
    entries.push(entry);
    at += length;
  }
  if (at !== end) throw malformed("octets lie behind the directory");
  const files = new Set(entries.filter(({ folder }) => !folder).map(({ path }) => path.toLowerCase()));
  const below = entries.find(({ path }) => foldersOf(path.toLowerCase()).some((folder) => files.has(folder)));
  if (below !== undefined) throw malformed(`${below.path} lies in a file`);
  return { entries, directory };
}

/** The folders in which a file lies, from the root on. */
function foldersOf(path: string): string[] {
  const parts = path.split("/").slice(0, -1);
  return parts.map((_, i) => parts.slice(0, i + 1).join("/"));
}

function unpack(packed: Buffer, { path, deflated, size, crc }: ZipEntry): Buffer {
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
