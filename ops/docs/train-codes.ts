/**
 * Trains the code tables of `services/document/deflate/trained.ts`: `node ops/docs/train-codes.ts` writes them anew. They belong to a
 * drawing version: by another table other octets are drawn, so a change of it is a new version.
 */
import { writeFileSync } from "node:fs";
import { distanceCodes, lengthCodes, SYMBOLS } from "../../services/document/deflate/alphabet.ts";
import { type CodeTable, FixedCoder } from "../../services/document/deflate/fixed-coder.ts";
import { codeLengths, LONGEST_CODE } from "../../services/document/deflate/huffman.ts";
import { cheapestTokens } from "../../services/document/deflate/tokens.ts";
import { CODE_ROW_CODES, FONT_TABLE_CODES, TEXT_CODES } from "../../services/document/deflate/trained.ts";
import { createFaceRenderer } from "../../services/document/face.ts";
import { cutGlyph } from "../../services/document/font/cut-glyph.ts";
import { loadFonts } from "../../services/document/font/library.ts";
import { variedMessage } from "../bench/vary.ts";
import { readCatalogFiles } from "../trial/catalog-files.ts";
import { sampleMessage } from "./sample-message.ts";

/** How often each symbol comes. */
class Counts {
  /** Every symbol gets a code, so that all octets can be written. */
  readonly literals = new Float64Array(SYMBOLS.literals).fill(0.05);
  readonly distances = new Float64Array(SYMBOLS.distances).fill(0.05);

  literal(octet: number): void {
    this.literals[octet] = (this.literals[octet] as number) + 1;
  }

  repeat(length: number, distance: number): void {
    this.literal(SYMBOLS.firstLength + (lengthCodes[length] as number));
    const code = distanceCodes[distance] as number;
    this.distances[code] = (this.distances[code] as number) + 1;
  }

  table(): CodeTable {
    const digits = (counts: Float64Array): string =>
      Array.from(codeLengths(counts, LONGEST_CODE.symbols), (length) => length.toString(16)).join("");
    return { literals: digits(this.literals), distances: digits(this.distances) };
  }
}

/** Glyphs are cut into the cheapest tokens, whose prices follow from the last pass. */
function trainGlyphs(passes: number): CodeTable {
  const fonts = loadFonts();
  const samples = [fonts.regular, fonts.bold].flatMap((font) =>
    Array.from({ length: 1500 }, (_, i) => 0x4e00 + i * 12)
      .filter((codePoint) => font.glyphOf(codePoint) !== 0)
      .map((codePoint) => cutGlyph(font, font.glyphOf(codePoint))),
  );
  let prices = {
    literals: new Uint8Array(SYMBOLS.literals).fill(8),
    distances: new Uint8Array(SYMBOLS.distances).fill(5),
  };
  let table: CodeTable | undefined;
  for (let pass = 0; pass < passes; pass++) {
    const counts = new Counts();
    for (const sample of samples) {
      for (const token of cheapestTokens(sample, prices)) {
        if (token >= 0) counts.literal(token);
        else counts.repeat(-token >> 16, -token & 0xffff);
      }
    }
    table = counts.table();
    const lengths = (digits: string) => Uint8Array.from(digits, (digit) => Number.parseInt(digit, 16));
    prices = { literals: lengths(table.literals), distances: lengths(table.distances) };
  }
  return table as CodeTable;
}

/** What is coded where faces of the seed are drawn: which symbols these are does not depend on their codes. */
function watchDrawing(turns: number): Map<CodeTable, Counts> {
  const seen = new Map([TEXT_CODES, FONT_TABLE_CODES, CODE_ROW_CODES].map((table) => [table, new Counts()]));
  const { octets, repeat } = FixedCoder.prototype;
  FixedCoder.prototype.octets = function (sink, bytes, from, to) {
    for (let at = from; at < to; at++) seen.get(this.table)?.literal(bytes[at] as number);
    octets.call(this, sink, bytes, from, to);
  };
  FixedCoder.prototype.repeat = function (sink, length, distance) {
    seen.get(this.table)?.repeat(length, distance);
    repeat.call(this, sink, length, distance);
  };
  const renderer = createFaceRenderer();
  for (const seed of readCatalogFiles()) {
    const face = renderer.compile(seed.content.faceTemplateJson, seed.sealPicture);
    for (let turn = 0; turn < turns; turn++) {
      const message = { ...variedMessage(sampleMessage(seed), turn), schema: "ecert.message.v2", drawing: 2 } as const;
      face.preparePdf(message);
      face.prepareOfd(message);
    }
  }
  return seen;
}

const watched = watchDrawing(20);
const tables: [name: string, what: string, table: CodeTable | undefined][] = [
  ["GLYPH_CODES", "Outlines of glyphs.", trainGlyphs(5)],
  ["FONT_TABLE_CODES", "The other tables of a font.", watched.get(FONT_TABLE_CODES)?.table()],
  ["TEXT_CODES", "Texts of pages and of the files round them.", watched.get(TEXT_CODES)?.table()],
  ["CODE_ROW_CODES", "Rows of QR codes in PNG.", watched.get(CODE_ROW_CODES)?.table()],
];
const written = tables.map(([name, what, table]) => {
  const { literals, distances } = table as CodeTable;
  return `/** ${what} */\nexport const ${name}: CodeTable = {\n  literals:\n    "${literals}",\n  distances: "${distances}",\n};\n`;
});
writeFileSync(
  new URL("../../services/document/deflate/trained.ts", import.meta.url),
  `import type { CodeTable } from "./fixed-coder.ts";\n\n/* Written by ops/docs/train-codes.ts. These tables belong to drawing 2 for ever. */\n\n${written.join("\n")}`,
);
