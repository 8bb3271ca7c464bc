import type { FontLibrary, RunFont } from "../font/library.ts";
import { fontOf } from "../font/library.ts";
import { glyphOutline } from "../font/outline.ts";
import type { TrueTypeFont } from "../font/true-type.ts";
import type { PlacedImage, PlacedPath, PlacedShape, PlacedText } from "../layout/placed.ts";
import { mapPath } from "../path.ts";
import { colorValue, mm, pathObject } from "./path-object.ts";
import { element, textElement } from "./xml.ts";

/** What objects of a page refer to. */
export interface ObjectResources {
  fonts: FontLibrary;
  /** Resource of the embedded subset that holds the characters of this page. */
  fontId(name: RunFont): number;
  imageId(image: PlacedImage): number;
}

/** The objects of a page, and which of them shows which data item. */
export interface PageObjects {
  xml: string;
  /** Object by data item, in drawing order. */
  shown: { source: string; objectId: number }[];
}

/** Writes placed objects, numbering them with `nextId`. */
export function pageObjects(
  placed: readonly PlacedShape[],
  resources: ObjectResources,
  nextId: () => number,
): PageObjects {
  const shown: PageObjects["shown"] = [];
  let xml = "";
  for (const item of placed) {
    if (item.kind === "text" && item.text.trim() === "") continue;
    if (item.kind === "text") {
      for (const part of textParts(item, resources.fonts)) {
        if (part.outline !== undefined) xml += pathObject(part.outline, nextId());
        const id = nextId();
        for (const source of item.sources ?? []) shown.push({ source, objectId: id });
        xml += textObject(part.text, id, resources, part.outline !== undefined);
      }
      continue;
    }
    const id = nextId();
    for (const source of item.sources ?? []) shown.push({ source, objectId: id });
    if (item.kind === "path") xml += pathObjects(item, id, nextId);
    else xml += imageObject(item, id, resources.imageId(item));
  }
  return { xml, shown };
}

/** A part of a line of text. Where there is an outline, it is what is seen, and the text is there to be found and copied. */
export interface TextPart {
  text: PlacedText;
  outline?: PlacedPath;
}

/**
 * Cuts out the characters beyond U+FFFF. Readers (ofdrw, ofd.js) go through a text by units of UTF-16 and show two empty boxes in
 * the place of each; so these are drawn as paths, which all readers show, with the character above them in clear ink.
 */
export function textParts(item: PlacedText, fonts: FontLibrary): TextPart[] {
  if (!/[\u{10000}-\u{10FFFF}]/u.test(item.text)) return [{ text: item }];
  const font = fontOf(fonts, item.font);
  const parts: TextPart[] = [];
  let x = item.x;
  for (const text of item.text.match(/[\u{10000}-\u{10FFFF}]|[\0-\uFFFF]+/gu) ?? []) {
    const part: PlacedText = { ...item, text, x };
    const codePoint = text.codePointAt(0) as number;
    if (codePoint > 0xffff) {
      const scale = item.size / font.unitsPerEm;
      const path = mapPath(glyphOutline(font, font.glyphOf(codePoint)), [scale, 0, 0, -scale, x, item.y]);
      parts.push({ text: part, outline: { kind: "path", path, fill: item.color } });
    } else parts.push({ text: part });
    x += advancesOf(part, font).reduce((sum, advance) => sum + advance, 0);
  }
  return parts.filter(({ text }) => text.text.trim() !== "");
}

/** How far each character moves the next one, in mm. */
function advancesOf({ text, size, spacing }: PlacedText, font: TrueTypeFont): number[] {
  return Array.from(text, (char) => {
    const glyph = font.glyphOf(char.codePointAt(0) as number);
    return (font.advanceOf(glyph) / font.unitsPerEm) * size + spacing;
  });
}

/** A path to fill and to stroke becomes two objects: readers disagree on which of both lies above the other. */
export function pathObjects(item: PlacedPath, id: number, nextId: () => number): string {
  const { fill, evenOdd, stroke, strokeWidth, dash, ...rest } = item;
  if (fill === undefined || stroke === undefined) return pathObject(item, id);
  const filled = pathObject({ ...rest, fill, ...(evenOdd !== undefined && { evenOdd }) }, id);
  const line = { ...(strokeWidth !== undefined && { strokeWidth }), ...(dash !== undefined && { dash }) };
  return filled + pathObject({ ...rest, stroke, ...line }, nextId());
}

/** Where a Chinese character's square begins above the baseline, as a multiple of the size. */
export const ASCENT = 0.88;

/**
 * One line of text. Every character's place is written down, so that no reader spaces them by itself. `clear`: in ink that does
 * not show.
 */
function textObject(item: PlacedText, id: number, { fonts, fontId }: ObjectResources, clear: boolean): string {
  const { size } = item;
  const chars = [...item.text];
  const advances = advancesOf(item, fontOf(fonts, item.font));
  // Readers may drop white space at the ends of an element; its advance must not get lost.
  const first = chars.findIndex((char) => char.trim() !== "");
  const last = chars.findLastIndex((char) => char.trim() !== "");
  const shift = advances.slice(0, first).reduce((sum, advance) => sum + advance, 0);
  const deltas = advances.slice(first, last);
  const width = deltas.reduce((sum, advance) => sum + advance, 0) + size;
  const left = Math.floor((item.x + shift) * 100) / 100;
  const top = Math.floor((item.y - ASCENT * size) * 100) / 100;
  return element(
    "TextObject",
    {
      ID: id,
      Boundary: [left, top, width + 0.02, size * 1.3].map(mm).join(" "),
      Font: fontId(item.font),
      Size: decimal(size),
      ...(clear && { Fill: "false" }),
    },
    element("FillColor", { Value: colorValue(item.color), ...(clear && { Alpha: 0 }) }) +
      textElement("TextCode", chars.slice(first, last + 1).join(""), {
        X: decimal(item.x + shift - left),
        Y: decimal(item.y - top),
        ...(deltas.length > 0 && { DeltaX: deltaList(deltas) }),
      }),
  );
}

/** A picture at its place. */
export function imageObject(
  item: Pick<PlacedImage, "x" | "y" | "width" | "height">,
  id: number,
  resource: number,
): string {
  const { x, y, width, height } = item;
  return element("ImageObject", {
    ID: id,
    Boundary: [x, y, width, height].map(mm).join(" "),
    ResourceID: resource,
    CTM: `${mm(width)} 0 0 ${mm(height)} 0 0`,
  });
}

/** Advances as OFD writes them: `g n v` stands for n times v. */
function deltaList(advances: readonly number[]): string {
  const out: string[] = [];
  const texts = advances.map(decimal);
  for (let at = 0; at < texts.length; ) {
    let end = at + 1;
    while (end < texts.length && texts[end] === texts[at]) end++;
    const count = end - at;
    if (count > 2) out.push(`g ${count} ${texts[at]}`);
    else out.push(...texts.slice(at, end));
    at = end;
  }
  return out.join(" ");
}

/** Four decimals: advances add up along the line. */
export function decimal(value: number): string {
  const rounded = Math.round(value * 10_000) / 10_000;
  return rounded === 0 ? "0" : String(rounded);
}
