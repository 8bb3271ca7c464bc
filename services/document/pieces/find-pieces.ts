/** A font subset within a file of a certificate, as the file embeds it. */
export interface FontPlace {
  at: number;
  length: number;
  /** A zlib stream (PDF), or bare deflate data (OFD). */
  zlib: boolean;
}

/** Where a file of a certificate can be cut. */
export interface FoundPieces {
  /** Octets in front that all files of the template share. */
  fixed: number;
  fonts: readonly FontPlace[];
}

/** Room for the dictionary in front of an embedded font. */
const DICTIONARY = 128;
const LOCAL_HEADER = 30;

/**
 * Finds the shared front and the font subsets of a PDF or OFD of drawing 2, by tables that the file has itself. `undefined` for anything else. What it
 * finds is a proposal: whoever cuts there compares what comes of it.
 */
export function findPieces(file: Uint8Array): FoundPieces | undefined {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  if (bytes.length < 1024) return undefined;
  if (bytes.toString("latin1", 0, 5) === "%PDF-") return inPdf(bytes);
  return bytes.readUInt32LE(0) === 0x04034b50 ? inOfd(bytes) : undefined;
}

/** The last object of the shared front is the form that draws the fixed part of the face; resources name it. */
function inPdf(bytes: Buffer): FoundPieces | undefined {
  const end = /startxref\n(\d{1,10})\n%%EOF\n$/.exec(bytes.toString("latin1", bytes.length - 64));
  const table = Number(end?.[1]);
  const head = /^xref\n0 (\d{1,6})\n/.exec(bytes.toString("latin1", table, table + 16));
  if (head === null) return undefined;
  const rows = table + head[0].length;
  const offsetOf = (object: number) => Number(bytes.toString("latin1", rows + 20 * object, rows + 20 * object + 10));
  const named = bytes.lastIndexOf("/XObject <</Face ", table, "latin1");
  const face = /Face (\d{1,6}) 0 R/.exec(bytes.toString("latin1", named, named + 40));
  if (named < 0 || face === null) return undefined;
  const first = Number(face[1]) + 1;
  const fixed = offsetOf(first);
  if (!(fixed > 0 && fixed < named)) return undefined;
  const fonts: FontPlace[] = [];
  for (let object = first; object < Number(head[1]); object++) {
    const at = offsetOf(object);
    const dictionary = bytes.toString("latin1", at, at + DICTIONARY);
    const font = /^\d+ 0 obj\n<<\/Length1 \d+ \/Filter \/FlateDecode \/Length (\d{1,9})>>\nstream\n/.exec(dictionary);
    if (font !== null) fonts.push({ at: at + font[0].length, length: Number(font[1]), zlib: true });
  }
  return { fixed, fonts };
}

/** The package's own file is the first that depends on the message. */
function inOfd(bytes: Buffer): FoundPieces | undefined {
  let fixed = 0;
  const fonts: FontPlace[] = [];
  for (let at = 0; at + LOCAL_HEADER < bytes.length && bytes.readUInt32LE(at) === 0x04034b50; ) {
    const name = bytes.readUInt16LE(at + 26);
    const path = bytes.toString("latin1", at + LOCAL_HEADER, at + LOCAL_HEADER + name);
    const content = at + LOCAL_HEADER + name + bytes.readUInt16LE(at + 28);
    const length = bytes.readUInt32LE(at + 18);
    if (path === "OFD.xml") fixed = at;
    if (fixed > 0 && path.startsWith("Doc_0/Res/font_data_")) fonts.push({ at: content, length, zlib: false });
    at = content + length;
  }
  return fixed > 0 ? { fixed, fonts } : undefined;
}
