/** Reads the tables of a static TrueType font that text needs: `cmap` (format 12), `hmtx`, `loca`, `glyf`, metrics. */
export interface TrueTypeFont {
  /** PostScript name, for example `NotoSerifSC-Regular`. */
  readonly name: string;
  readonly unitsPerEm: number;
  /** Typographic metrics in font units; descent is negative. */
  readonly ascent: number;
  readonly descent: number;
  readonly capHeight: number;
  readonly weight: number;
  /** xMin, yMin, xMax, yMax in font units. */
  readonly box: readonly [number, number, number, number];
  /** The glyph of a code point, or 0 (.notdef) if the font has none. */
  glyphOf(codePoint: number): number;
  /** Advance width in font units. */
  advanceOf(glyph: number): number;
  /** Left side bearing in font units. */
  bearingOf(glyph: number): number;
  /** The `glyf` entry of a glyph, a view on the font's bytes; empty for blank glyphs. */
  glyphData(glyph: number): Buffer;
  /** Bytes of a table; throws if the font lacks it. */
  table(tag: string): Buffer;
}

/** Opens a font from its bytes, which stay referenced. Throws an `Error` on anything but a TrueType font with long `loca`. */
export function readTrueType(bytes: Buffer): TrueTypeFont {
  const tables = readDirectory(bytes);
  const table = (tag: string): Buffer => {
    const found = tables.get(tag);
    if (found === undefined) throw new Error(`font has no ${tag} table`);
    return found;
  };
  const [head, hhea, hmtx, loca, glyf, os2] = ["head", "hhea", "hmtx", "loca", "glyf", "OS/2"].map(table) as [
    Buffer,
    Buffer,
    Buffer,
    Buffer,
    Buffer,
    Buffer,
  ];
  if (head.readInt16BE(50) !== 1) throw new Error("font has a short loca table");
  const longMetrics = hhea.readUInt16BE(34);
  const groups = readGroups(table("cmap"));
  return {
    name: readPostScriptName(table("name")),
    unitsPerEm: head.readUInt16BE(18),
    ascent: hhea.readInt16BE(4),
    descent: hhea.readInt16BE(6),
    // Old versions of the table end before it.
    capHeight: os2.length >= 90 ? os2.readInt16BE(88) : hhea.readInt16BE(4),
    weight: os2.readUInt16BE(4),
    box: [head.readInt16BE(36), head.readInt16BE(38), head.readInt16BE(40), head.readInt16BE(42)],
    glyphOf: (codePoint) => findGlyph(groups, codePoint),
    advanceOf: (glyph) => hmtx.readUInt16BE(Math.min(glyph, longMetrics - 1) * 4),
    bearingOf: (glyph) =>
      glyph < longMetrics ? hmtx.readInt16BE(glyph * 4 + 2) : hmtx.readInt16BE(longMetrics * 2 + glyph * 2),
    glyphData: (glyph) => glyf.subarray(loca.readUInt32BE(glyph * 4), loca.readUInt32BE(glyph * 4 + 4)),
    table,
  };
}

function readDirectory(bytes: Buffer): Map<string, Buffer> {
  if (bytes.readUInt32BE(0) !== 0x00010000) throw new Error("not a TrueType font");
  const tables = new Map<string, Buffer>();
  for (let i = 0; i < bytes.readUInt16BE(4); i++) {
    const entry = 12 + 16 * i;
    const offset = bytes.readUInt32BE(entry + 8);
    tables.set(
      bytes.toString("latin1", entry, entry + 4),
      bytes.subarray(offset, offset + bytes.readUInt32BE(entry + 12)),
    );
  }
  return tables;
}

/** Groups of a format 12 `cmap`: start, end, first glyph, flat. */
function readGroups(cmap: Buffer): Uint32Array {
  for (let i = 0; i < cmap.readUInt16BE(2); i++) {
    const offset = cmap.readUInt32BE(8 + 8 * i);
    if (cmap.readUInt16BE(offset) !== 12) continue;
    const groups = new Uint32Array(cmap.readUInt32BE(offset + 12) * 3);
    for (let j = 0; j < groups.length; j++) groups[j] = cmap.readUInt32BE(offset + 16 + 4 * j);
    return groups;
  }
  throw new Error("font has no cmap of format 12");
}

function findGlyph(groups: Uint32Array, codePoint: number): number {
  let low = 0;
  let high = groups.length / 3 - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const start = groups[middle * 3] as number;
    if (codePoint < start) high = middle - 1;
    else if (codePoint > (groups[middle * 3 + 1] as number)) low = middle + 1;
    else return (groups[middle * 3 + 2] as number) + codePoint - start;
  }
  return 0;
}

function readPostScriptName(name: Buffer): string {
  const text = name.readUInt16BE(4);
  for (let i = 0; i < name.readUInt16BE(2); i++) {
    const record = 6 + 12 * i;
    if (name.readUInt16BE(record) !== 3 || name.readUInt16BE(record + 6) !== 6) continue;
    const start = text + name.readUInt16BE(record + 10);
    return Buffer.from(name.subarray(start, start + name.readUInt16BE(record + 8)))
      .swap16()
      .toString("utf16le");
  }
  throw new Error("font has no PostScript name");
}
