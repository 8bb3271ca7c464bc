import { MAX_PIXELS, type PictureFault } from "./limits.ts";

/** A JPEG (ISO/IEC 10918-1) whose form was read; its pixels are for those who show it. */
export interface Jpeg {
  width: number;
  height: number;
  /** 1 grey, 3 colour. */
  channels: 1 | 3;
  /** The file without what does not show: Exif with its place of taking, thumbnails, comments, what lies behind its end. */
  bytes: Buffer;
}

const MARKER = { end: 0xd9, scan: 0xda, exif: 0xe1, comment: 0xfe } as const;
/** Scans of a progressive JPEG: usual ones have about ten, and each costs a reader a walk over all pixels. */
const MAX_SCANS = 64;

/**
 * Reads the form of a JPEG: baseline, extended or progressive by Huffman code, 8 bits, grey or three colours. Walks over all
 * segments to the end mark, so a file that was cut short is found. Throws what `fault` makes of the first fault.
 */
export function readJpeg(bytes: Buffer, fault: PictureFault): Jpeg {
  if (bytes.length < 4 || bytes.readUInt16BE(0) !== 0xffd8) throw fault("is no JPEG");
  const kept: Buffer[] = [bytes.subarray(0, 2)];
  let frame: Omit<Jpeg, "bytes"> | undefined;
  let scans = 0;
  for (let at = 2; ; ) {
    while (bytes[at] === 0xff && bytes[at + 1] === 0xff) at++;
    const marker = bytes[at + 1];
    if (bytes[at] !== 0xff || marker === undefined) throw fault("is a JPEG that was cut short or damaged");
    if (marker === MARKER.end) {
      if (frame === undefined || scans === 0) throw fault("is a JPEG without a picture");
      return { ...frame, bytes: Buffer.concat([...kept, bytes.subarray(at, at + 2)]) };
    }
    const length = at + 4 <= bytes.length ? bytes.readUInt16BE(at + 2) : 0;
    let end = at + 2 + length;
    if (length < 2 || end > bytes.length) throw fault("is a JPEG that was cut short or damaged");
    const segment = bytes.subarray(at + 4, end);
    if (isFrame(marker)) {
      if (frame !== undefined) throw fault("is a JPEG with several pictures");
      frame = readFrame(marker, segment, fault);
    } else if (marker === MARKER.exif) refuseTurned(segment, fault);
    else if (marker === MARKER.scan) {
      if (frame === undefined || ++scans > MAX_SCANS) throw fault("is a JPEG whose scans are damaged or too many");
      end = endOfScan(bytes, end);
    }
    if (isShown(marker)) kept.push(bytes.subarray(at, end));
    at = end;
  }
}

/** SOF0 to SOF15; 0xC4, 0xC8 and 0xCC between them are tables. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

/** Of what applications add, only what says how to read the colours is kept: JFIF (APP0) and Adobe (APP14). */
function isShown(marker: number): boolean {
  if (marker === 0xe0 || marker === 0xee) return true;
  return marker !== MARKER.comment && (marker < 0xe0 || marker > 0xef);
}

function readFrame(marker: number, segment: Buffer, fault: PictureFault): Omit<Jpeg, "bytes"> {
  if (marker > 0xc2) throw fault("is a JPEG of a form (lossless, arithmetic or hierarchical) that readers do not show");
  if (segment.length < 6 || segment[0] !== 8) throw fault("is a JPEG with other than 8 bits a sample");
  const [height, width, channels] = [segment.readUInt16BE(1), segment.readUInt16BE(3), segment[5]];
  if (channels === 4) throw fault("is a JPEG in CMYK; faces are in RGB");
  if (channels !== 1 && channels !== 3) throw fault(`is a JPEG with ${channels} colours`);
  if (width === 0 || height === 0 || width * height > MAX_PIXELS) {
    throw fault(`has ${width} × ${height} pixels; 1 to ${MAX_PIXELS} are allowed`);
  }
  return { width, height, channels };
}

/** Where the coded data behind a scan's header end: at the next marker that is no restart and no stuffed byte. */
function endOfScan(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    const next = bytes[at + 1] ?? 0;
    if (next !== 0 && next !== 0xff && (next < 0xd0 || next > 0xd7)) return at;
  }
  return bytes.length;
}

/**
 * Some readers turn a picture as its Exif says and some do not, so that PDF and OFD would differ: it must stand upright by
 * itself. Exif that cannot be read says nothing.
 */
function refuseTurned(segment: Buffer, fault: PictureFault): void {
  if (segment.length < 20 || segment.toString("latin1", 0, 6) !== "Exif\0\0") return;
  const tiff = segment.subarray(6);
  const little = tiff.toString("latin1", 0, 2) === "II";
  const u16 = (at: number): number =>
    at + 2 > tiff.length ? 0 : little ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at);
  const first = little ? tiff.readUInt32LE(4) : tiff.readUInt32BE(4);
  for (let i = 0; i < u16(first); i++) {
    const entry = first + 2 + 12 * i;
    if (entry + 12 > tiff.length) return;
    const orientation = u16(entry + 8);
    if (u16(entry) !== 0x0112 || orientation <= 1) continue;
    throw fault(`is turned or mirrored by its Exif orientation (${orientation})`);
  }
}
