import { inflateRawSync } from "node:zlib";
import { packedFile, writeZip } from "../ofd/zip-write.ts";
import { FILE_LIMITS, tooMuch, unreadable } from "./table.ts";

/** Files in a workbook, at most. */
const MOST_ENTRIES = 2_000;
const END_MARK = 0x06054b50;
const ENTRY_MARK = 0x02014b50;
const LOCAL_MARK = 0x04034b50;
/** What a reader of tables needs; pictures, macros and the like are never unpacked. */
const WANTED =
  /^(?:xl\/(?:workbook|styles|sharedStrings|worksheets\/[^/]+)\.xml|xl\/_rels\/workbook\.xml\.rels|\[Content_Types\]\.xml)$/i;

/**
 * A place in a sheet that holds what is refused: a formula, or the error that one came to. All that repeats is bounded, so that no sheet can be
 * written which takes these longer than its length.
 */
const FORMULA = /<(?:\w{1,20}:)?c\b[^<>]{0,500}?\br="([A-Z]{1,3}\d{1,7})"[^<>]{0,500}>\s{0,100}<(?:\w{1,20}:)?f\b/;
const ANY_FORMULA = /<(?:\w{1,20}:)?f[\s>/]/;
const ERROR = /<(?:\w{1,20}:)?c\b(?=[^<>]{0,500}?\bt="e")[^<>]{0,500}?\br="([A-Z]{1,3}\d{1,7})"/;

/**
 * The sheets of a workbook and what they are read by, unpacked within the limits and packed anew without compression: what reads it then
 * meets what was examined here, and cannot be made to unpack more. Refuses formulas, with their cell.
 */
export function plainWorkbook(bytes: Uint8Array): ArrayBuffer {
  const archive = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const files = new Map<string, Buffer>();
  let left: number = FILE_LIMITS.unpacked;
  for (const entry of entriesOf(archive)) {
    if (!WANTED.test(entry.path)) continue;
    if (files.has(entry.path)) throw noWorkbook();
    const content = unpacked(archive, entry, left);
    left -= content.length;
    if (/worksheets\//i.test(entry.path)) requireNoFormula(content);
    files.set(entry.path, content);
  }
  const zip = writeZip([...files].map(([path, content]) => ({ ...packedFile(path, content, content) })));
  return zip.buffer.slice(zip.byteOffset, zip.byteOffset + zip.byteLength) as ArrayBuffer;
}

interface Entry {
  path: string;
  method: number;
  packed: number;
  offset: number;
}

function* entriesOf(archive: Buffer): Generator<Entry> {
  const end = endOf(archive);
  const count = archive.readUInt16LE(end + 10);
  if (count > MOST_ENTRIES) throw tooMuch("files in the workbook", MOST_ENTRIES, "工作簿内文件数");
  let at = archive.readUInt32LE(end + 16);
  for (let index = 0; index < count; index++) {
    if (at + 46 > end || archive.readUInt32LE(at) !== ENTRY_MARK) throw noWorkbook();
    const [name, extra, note] = [28, 30, 32].map((step) => archive.readUInt16LE(at + step)) as [number, number, number];
    yield {
      path: archive.subarray(at + 46, at + 46 + name).toString("utf8"),
      method: archive.readUInt16LE(at + 10),
      packed: archive.readUInt32LE(at + 20),
      offset: archive.readUInt32LE(at + 42),
    };
    at += 46 + name + extra + note;
  }
}

/** Where the end of the directory stands: the last mark, behind which a comment may lie. */
function endOf(archive: Buffer): number {
  for (let at = archive.length - 22; at >= Math.max(0, archive.length - 22 - 0xffff); at--)
    if (archive.readUInt32LE(at) === END_MARK) return at;
  throw noWorkbook();
}

function unpacked(archive: Buffer, { path, method, packed, offset }: Entry, most: number): Buffer {
  if (offset + 30 > archive.length || archive.readUInt32LE(offset) !== LOCAL_MARK) throw noWorkbook();
  const start = offset + 30 + archive.readUInt16LE(offset + 26) + archive.readUInt16LE(offset + 28);
  const content = archive.subarray(start, start + packed);
  if (method !== 0 && method !== 8) throw noWorkbook(path);
  if (method === 0) {
    if (content.length > most) throw tooMuch("bytes unpacked", FILE_LIMITS.unpacked, "解压后字节数");
    return content;
  }
  try {
    return inflateRawSync(content, { maxOutputLength: Math.max(1, most) });
  } catch (error) {
    // One byte more than there may be ends it: a small file cannot fill the memory.
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE")
      throw tooMuch("bytes unpacked", FILE_LIMITS.unpacked, "解压后字节数");
    throw noWorkbook(path);
  }
}

function requireNoFormula(sheet: Buffer): void {
  const text = sheet.toString("latin1");
  const wrong = ERROR.exec(text) ?? (ANY_FORMULA.test(text) ? (FORMULA.exec(text) ?? [undefined, ""]) : undefined);
  if (!wrong) return;
  const cell = wrong[1] ? ` ${wrong[1]}` : "";
  throw unreadable(
    `cell${cell} holds a formula or its error`,
    "replace formulas by their values (copy, paste as values) and save again",
    `单元格${cell}为公式或公式错误，请将公式粘贴为数值后另存`,
  );
}

function noWorkbook(path = ""): Error {
  return unreadable(
    path ? `${path} cannot be unpacked` : "is no workbook (Office Open XML)",
    "save it as .xlsx without a password",
    "不是xlsx工作簿，或已加密、损坏，请另存为不带密码的.xlsx",
  );
}
