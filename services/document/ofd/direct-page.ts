import { phrase, type TextStream } from "../deflate/text-stream.ts";
import type { UsedFont } from "../drawing.ts";
import type { FontLibrary, RunFont } from "../font/library.ts";
import type { TrueTypeFont } from "../font/true-type.ts";
import type { Placed, PlacedCode, PlacedImage, PlacedPath, PlacedText } from "../layout/placed.ts";
import { QUIET } from "../shape/qr.ts";
import { qrRows } from "../shape/qr-rows.ts";
import { ASCENT, decimal, imageObject, pathObjects, textParts } from "./page-objects.ts";
import { colorValue, mm, pathObject } from "./path-object.ts";
import { escapeXml } from "./xml.ts";

const OBJECT = phrase('<ofd:TextObject ID="');
const BOUNDARY = phrase('" Boundary="');
const FONT = phrase('" Font="');
const SIZE = phrase('" Size="');
const BLACK = phrase('"><ofd:FillColor Value="0 0 0"/><ofd:TextCode X="');
const COLOR = phrase('"><ofd:FillColor Value="');
const CODE = phrase('"/><ofd:TextCode X="');
const CLEAR = phrase('" Fill="false"><ofd:FillColor Value="');
const CLEAR_CODE = phrase('" Alpha="0"/><ofd:TextCode X="');
const Y = phrase('" Y="');
const DELTAS = phrase('" DeltaX="');
const END = phrase("</ofd:TextCode></ofd:TextObject>");

/** Numbers of what objects refer to. */
export interface PageResources {
  library: FontLibrary;
  fonts: readonly UsedFont[];
  fontId(name: RunFont): number;
  imageId(image: PlacedImage | PlacedCode): number;
}

/** Which objects show which data item: their references, by its path in the message. */
export type Shown = Map<string, number[]>;

/** Writes the objects of a page, numbered from `first` on: the geometry of `pageObjects`. Returns what they show. */
export function writeObjects(
  stream: TextStream,
  placed: readonly Placed[],
  resources: PageResources,
  first: number,
): Shown {
  let last = first - 1;
  const nextId = (): number => ++last;
  const shown: Shown = new Map();
  const note = (sources: readonly string[] | undefined, id: number): void => {
    for (const source of sources ?? []) {
      const ids = shown.get(source);
      if (ids === undefined) shown.set(source, [id]);
      else ids.push(id);
    }
  };
  for (const item of placed) {
    if (item.kind === "text") {
      for (const { text, outline } of partsOf(item, resources.library)) {
        if (outline !== undefined) stream.utf8(pathObject(outline, nextId()));
        const id = nextId();
        note(item.sources, id);
        writeText(stream, text, id, resources, outline !== undefined);
      }
      continue;
    }
    const id = nextId();
    note(item.sources, id);
    if (item.kind === "path") stream.utf8(pathsOf(item, id, nextId));
    else if (item.kind === "image") stream.utf8(imageObject(item, id, resources.imageId(item)));
    else stream.utf8(imageObject(codeImage(item), id, resources.imageId(item)));
  }
  return shown;
}

function partsOf(item: PlacedText, library: FontLibrary): { text: PlacedText; outline?: PlacedPath }[] {
  return item.text.trim() === "" ? [] : textParts(item, library);
}

function pathsOf(item: PlacedPath, id: number, nextId: () => number): string {
  return pathObjects(item, id, nextId);
}

/** The dark part of a code, without its margin. */
function codeImage({ text, x, y, side }: PlacedCode): Pick<PlacedImage, "x" | "y" | "width" | "height"> {
  const { size } = qrRows(text);
  const unit = side / (size + 2 * QUIET);
  const extent = size * unit;
  return { x: x + QUIET * unit, y: y + QUIET * unit, width: extent, height: extent };
}

/** A line of text with the place of every character. `clear`: in ink that does not show. */
function writeText(stream: TextStream, item: PlacedText, id: number, resources: PageResources, clear: boolean): void {
  const { text, size } = item;
  const { font, subset, glyphs } = resources.fonts.find(({ name }) => name === item.font) as UsedFont;
  const chars = charsOf(text);
  // Readers may drop white space at the ends of an element; its advance must not get lost.
  let first = 0;
  while ((chars[first] as Char).blank) first++;
  let last = chars.length - 1;
  while ((chars[last] as Char).blank) last--;
  const advance = (at: number): number =>
    advanceOf(font, subset.advances[glyphs.get((chars[at] as Char).codePoint) as number] as number, item);
  let shift = 0;
  for (let at = 0; at < first; at++) shift += advance(at);
  const deltas: string[] = [];
  let width = size;
  let [before, written] = [Number.NaN, ""];
  for (let at = first; at < last; at++) {
    const value = advance(at);
    width += value;
    if (value !== before) [before, written] = [value, decimal(value)];
    deltas.push(written);
  }
  const left = Math.floor((item.x + shift) * 100) / 100;
  const top = Math.floor((item.y - ASCENT * size) * 100) / 100;
  stream.phrase(OBJECT);
  stream.latin(String(id));
  stream.phrase(BOUNDARY);
  stream.latin(`${mm(left)} ${mm(top)} ${mm(width + 0.02)} ${mm(size * 1.3)}`);
  stream.phrase(FONT);
  stream.latin(String(resources.fontId(item.font)));
  stream.phrase(SIZE);
  stream.latin(decimal(size));
  writeColor(stream, item.color, clear);
  stream.latin(decimal(item.x + shift - left));
  stream.phrase(Y);
  stream.latin(decimal(item.y - top));
  if (deltas.length > 0) {
    stream.phrase(DELTAS);
    writeDeltas(stream, deltas);
  }
  stream.latin('">');
  const start = (chars[first] as Char).at;
  const end = last + 1 < chars.length ? (chars[last + 1] as Char).at : text.length;
  stream.utf8(escapeXml(text.slice(start, end)));
  stream.phrase(END);
}

interface Char {
  codePoint: number;
  at: number;
  blank: boolean;
}

function charsOf(text: string): Char[] {
  const chars: Char[] = [];
  for (let at = 0; at < text.length; at++) {
    const codePoint = text.codePointAt(at) as number;
    chars.push({ codePoint, at, blank: isBlank(codePoint) });
    if (codePoint > 0xffff) at++;
  }
  return chars;
}

/** White space as `String.trim` has it. */
function isBlank(codePoint: number): boolean {
  if (codePoint === 0x20 || codePoint === 0x3000) return true;
  return (codePoint < 0x4e00 || codePoint > 0x9fff) && String.fromCodePoint(codePoint).trim() === "";
}

function advanceOf(font: TrueTypeFont, units: number, { size, spacing }: PlacedText): number {
  return (units / font.unitsPerEm) * size + spacing;
}

function writeColor(stream: TextStream, color: string, clear: boolean): void {
  if (clear) {
    stream.phrase(CLEAR);
    stream.latin(colorValue(color));
    stream.phrase(CLEAR_CODE);
  } else if (color === "#000000") stream.phrase(BLACK);
  else {
    stream.phrase(COLOR);
    stream.latin(colorValue(color));
    stream.phrase(CODE);
  }
}

/** Advances as OFD writes them: `g n v` stands for n times v. */
function writeDeltas(stream: TextStream, deltas: readonly string[]): void {
  for (let at = 0; at < deltas.length; ) {
    const value = deltas[at] as string;
    let end = at + 1;
    while (end < deltas.length && deltas[end] === value) end++;
    const count = end - at;
    stream.latin(at === 0 ? "" : " ");
    if (count > 2) stream.latin(`g ${count} ${value}`);
    else stream.latin(count === 2 ? `${value} ${value}` : value);
    at = end;
  }
}
