/** Octets of a file that is split, at most: recipes may come from anybody, and joining holds up the loop that serves calls. */
export const LARGEST_FILE = 1 << 20;

/** A stretch of a file that is kept as what it is made of, or that is packed already. */
export interface FoundPlace {
  at: number;
  length: number;
  /** A font subset as zlib stream (PDF) or bare deflate data (OFD); a QR code as image mask; a signature in hexadecimal; data that are packed. */
  kind: "zlib-font" | "raw-font" | "code" | "hex" | "dense";
}

/** Where a file of a certificate can be cut. */
export interface FoundPieces {
  /** Octets in front that all files of the template share. */
  fixed: number;
  /** What is behind the front, in the order in which it stands. */
  places(): FoundPlace[];
}

/** Room for the dictionary in front of a stream. */
const DICTIONARY = 256;
const LOCAL_HEADER = 30;
const DEFLATED = 8;
const PICTURE = /\.(png|jpe?g)$/;
const STREAM = / \/Length (\d{1,9})>>\nstream\n/;

/**
 * Finds the shared front of a PDF or OFD of drawing 2, and what is made anew behind it, by tables that the file has itself. `undefined` for anything
 * else. What it finds is a proposal: whoever cuts there compares what comes of it.
 */
export function findPieces(file: Uint8Array): FoundPieces | undefined {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  if (bytes.length < 1024 || bytes.length > LARGEST_FILE) return undefined;
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
  const count = Number(head[1]);
  const offsets = bytes.toString("latin1", rows, rows + 20 * count);
  const offsetOf = (object: number) => Number(offsets.slice(20 * object, 20 * object + 10));
  const named = bytes.lastIndexOf("/XObject <</Face ", table, "latin1");
  const face = /Face (\d{1,6}) 0 R/.exec(bytes.toString("latin1", named, named + 40));
  if (named < 0 || face === null) return undefined;
  const fixed = offsetOf(Number(face[1]) + 1);
  if (!(fixed > 0 && fixed < named)) return undefined;
  return {
    fixed,
    places() {
      const places: FoundPlace[] = [];
      for (let object = 1; object < count; object++) {
        const at = offsetOf(object);
        const place = at < fixed ? undefined : placeIn(bytes.toString("latin1", at, at + DICTIONARY), at);
        if (place !== undefined) places.push(place);
      }
      return places.sort((a, b) => a.at - b.at);
    },
  };
}

/** What an object that begins so has to be made anew. */
function placeIn(object: string, at: number): FoundPlace | undefined {
  const kind =
    /^\d+ 0 obj\n<<\/(?:(Length1 \d)|(Type \/XObject \/Subtype \/Image .* \/ImageMask true)|(Type \/Sig )|(Filter \/FlateDecode) )/.exec(
      object,
    );
  if (kind === null) return undefined;
  if (kind[3] !== undefined) return signatureIn(object, at);
  const stream = STREAM.exec(object);
  if (stream === null) return undefined;
  return {
    at: at + stream.index + stream[0].length,
    length: Number(stream[1]),
    kind: kind[4] !== undefined ? "dense" : kind[2] !== undefined ? "code" : "zlib-font",
  };
}

/** What the byte range leaves out of a signature, without its brackets. */
function signatureIn(object: string, at: number): FoundPlace | undefined {
  const range = /\/ByteRange \[0 (\d{1,9}) (\d{1,9}) /.exec(object);
  if (range === null) return undefined;
  const [start, end] = [Number(range[1]), Number(range[2])];
  return start > at && end > start + 2 ? { at: start + 1, length: end - start - 2, kind: "hex" } : undefined;
}

/** The package's own file is the first that depends on the message. */
function inOfd(bytes: Buffer): FoundPieces | undefined {
  for (const { at, path } of filesOf(bytes, 0))
    if (path === "OFD.xml") return at > 0 ? { fixed: at, places: () => placesInOfd(bytes, at) } : undefined;
  return undefined;
}

function placesInOfd(bytes: Buffer, fixed: number): FoundPlace[] {
  const places: FoundPlace[] = [];
  for (const { path, content, length, deflated } of filesOf(bytes, fixed)) {
    if (path.startsWith("Doc_0/Res/font_data_")) places.push({ at: content, length, kind: "raw-font" });
    else if (deflated || PICTURE.test(path)) places.push({ at: content, length, kind: "dense" });
  }
  return places;
}

/** The files of a package from one of them on. */
function* filesOf(bytes: Buffer, from: number) {
  for (let at = from; at + LOCAL_HEADER < bytes.length && bytes.readUInt32LE(at) === 0x04034b50; ) {
    const name = bytes.readUInt16LE(at + 26);
    const path = bytes.toString("latin1", at + LOCAL_HEADER, at + LOCAL_HEADER + name);
    const content = at + LOCAL_HEADER + name + bytes.readUInt16LE(at + 28);
    const length = bytes.readUInt32LE(at + 18);
    yield { at, path, content, length, deflated: bytes[at + 8] === DEFLATED };
    at = content + length;
  }
}
