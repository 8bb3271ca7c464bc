import { phrase, type TextStream, type WrittenText } from "../deflate/text-stream.ts";
import type { UsedFont } from "../drawing.ts";
import type { Placed, PlacedCode, PlacedImage, PlacedPath, PlacedText } from "../layout/placed.ts";
import { QUIET } from "../shape/qr.ts";
import { qrRows } from "../shape/qr-rows.ts";
import { colorOperands, decimal, fontResource, POINTS_PER_MM, pathOperators, UNITS, units } from "./content.ts";

const TEXT = phrase("BT /R ");
const SIZE = phrase(" Tf ");
const SPACING = phrase(" Tc 1 0 0 -1 ");
const SPACED = phrase(" Tf 0 Tc 1 0 0 -1 ");
const PLACE = phrase(" Tm <");
const SHOW = phrase("> Tj ET\n");
const BLACK = "0 0 0";

/** Names under which the content finds what it draws. */
export interface DirectResources {
  fonts: readonly UsedFont[];
  imageName(image: PlacedImage | PlacedCode): string;
}

/** The content of a page: the fixed form, then what the message adds. Every geometry is that of `contentOf`. */
export function writeContent(
  stream: TextStream,
  placed: readonly Placed[],
  height: number,
  { fonts, imageName }: DirectResources,
): WrittenText {
  stream.begin(true);
  const k = decimal(POINTS_PER_MM / UNITS, 8);
  stream.latin(`/Face Do\nq ${k} 0 0 -${k} 0 ${decimal(height * POINTS_PER_MM, 4)} cm\n`);
  let fill = "";
  for (const item of placed) {
    if (item.kind === "image") {
      const { x, y, width, height: h } = item;
      stream.latin(`q ${units(width)} 0 0 ${units(-h)} ${units(x)} ${units(y + h)} cm /${imageName(item)} Do Q\n`);
      continue;
    }
    const wanted = item.kind === "text" ? item.color : item.fill;
    if (wanted !== undefined && wanted !== fill) {
      stream.latin(`${colorOf(wanted)} rg\n`);
      fill = wanted;
    }
    if (item.kind === "text") writeText(stream, item, fonts);
    else if (item.kind === "path") stream.latin(`${operatorsOf(item)}\n`);
    else writeCode(stream, item, imageName(item));
  }
  stream.latin("Q");
  return stream.end();
}

function writeText(stream: TextStream, item: PlacedText, fonts: readonly UsedFont[]): void {
  const { text, size, spacing } = item;
  const glyphs = fonts.find(({ name }) => name === item.font)?.glyphs;
  if (item.font === "regular") stream.phrase(TEXT);
  else stream.latin(`BT /${fontResource(item.font)} `);
  stream.latin(decimal(size * UNITS, 2));
  const gap = decimal(spacing * UNITS, 2);
  if (gap === "0") stream.phrase(SPACED);
  else {
    stream.phrase(SIZE);
    stream.latin(gap);
    stream.phrase(SPACING);
  }
  stream.latin(units(item.x));
  stream.latin(" ");
  stream.latin(units(item.y));
  stream.phrase(PLACE);
  for (let i = 0; i < text.length; i++) {
    const codePoint = text.codePointAt(i) as number;
    if (codePoint > 0xffff) i++;
    stream.hex(glyphs?.get(codePoint) ?? 0);
  }
  stream.phrase(SHOW);
}

/** An image mask of a dot per module, in the colour that fills. */
function writeCode(stream: TextStream, { text, x, y, side }: PlacedCode, name: string): void {
  const { size } = qrRows(text);
  const unit = side / (size + 2 * QUIET);
  const place = (mm: number): string => decimal(mm * UNITS, 2);
  const extent = place(size * unit);
  const bottom = y + (QUIET + size) * unit;
  stream.latin(`q ${extent} 0 0 -${extent} ${place(x + QUIET * unit)} ${place(bottom)} cm /${name} Do Q\n`);
}

const colors = new Map<string, string>([["#000000", BLACK]]);
/** Templates have few colours. */
function colorOf(color: string): string {
  const known = colors.get(color);
  if (known !== undefined) return known;
  const made = colorOperands(color);
  if (colors.size < 1000) colors.set(color, made);
  return made;
}

const operators = new WeakMap<PlacedPath, string>();
/** A watermark is the same path on every face. */
function operatorsOf(item: PlacedPath): string {
  const made = operators.get(item) ?? pathOperators(item);
  operators.set(item, made);
  return made;
}
