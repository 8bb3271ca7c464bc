import { codeMask, codeOfMask } from "../pdf/direct-image.ts";
import type { QrRows } from "../shape/qr-rows.ts";
import type { FoundPlace } from "./find-pieces.ts";
import { type GlyphRun, readGlyphRun, writeGlyphRun } from "./glyph-run.ts";
import type { Text } from "./text-pack.ts";

/** Octets in small hexadecimal digits, and zeros behind them up to a length. */
export interface PaddedHex {
  octets: Uint8Array;
  length: number;
}

/** What follows the shared front of a file: octets as they are, or what they are made anew of. */
export type Piece = Text | { glyphs: GlyphRun } | { code: QrRows } | { hex: PaddedHex };

const ZERO = 0x30;
/** So many zeros are padding: no signature has 128 octets of nothing. */
const PADDING = Buffer.alloc(256, ZERO);

/** The mask of the code that was made last: it is made once where it is looked for, and compared again in what was written. */
let lastMask: { rows: Uint8Array; mask: Uint8Array } | undefined;

/** The octets of a piece, which may be a view until the next one is made. Throws an `Error` where they cannot be made. */
export function octetsOf(piece: Piece): Uint8Array {
  if ("octets" in piece) return piece.octets;
  if ("glyphs" in piece) return writeGlyphRun(piece.glyphs);
  if ("code" in piece) return maskOf(piece.code);
  const { octets, length } = piece.hex;
  const padded = Buffer.alloc(length, ZERO);
  padded.write(Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString("hex"), "latin1");
  return padded;
}

function maskOf(code: QrRows): Uint8Array {
  if (lastMask === undefined || Buffer.compare(lastMask.rows, code.rows) !== 0)
    lastMask = { rows: code.rows, mask: codeMask(code) };
  return lastMask.mask;
}

/** What the octets at a place may be made of. */
export function pieceOf(kind: FoundPlace["kind"], octets: Uint8Array): Piece | undefined {
  if (kind === "dense") return { octets, dense: true };
  if (kind === "hex") return { hex: hexOf(octets) };
  if (kind === "code") {
    const code = codeOfMask(octets);
    return code && { code };
  }
  const glyphs = readGlyphRun(octets, kind === "zlib-font");
  return glyphs && { glyphs };
}

function hexOf(digits: Uint8Array): PaddedHex {
  const text = Buffer.from(digits.buffer, digits.byteOffset, digits.length);
  const padding = text.indexOf(PADDING);
  const end = padding < 0 ? text.length : padding + (padding & 1);
  return { octets: Buffer.from(text.toString("latin1", 0, end), "hex"), length: text.length };
}
