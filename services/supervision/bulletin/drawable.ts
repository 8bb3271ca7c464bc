import { type FontLibrary, type FontName, findGlyph } from "../../document/font/library.ts";
import type { BulletinContent, BulletinRow } from "./bulletin-content.ts";

/** Stands for a character that no font has (缺字符号). */
export const NO_GLYPH = "〓";
const WEIGHTS: readonly FontName[] = ["regular", "bold"];

/**
 * A bulletin whose names of others can be drawn: departments and indicators are named elsewhere, and what was frozen is never corrected, so that one
 * character which no font has would keep the bulletin of the quarter from ever being published. The workbook has the names as they are. What the
 * publisher says itself is left to be refused (`GLYPH_MISSING`): it can be written otherwise.
 */
export function drawable(content: BulletinContent, fonts: FontLibrary): BulletinContent {
  const name = (text: string) => Array.from(text, (char) => (hasGlyph(fonts, char) ? char : NO_GLYPH)).join("");
  const named = <T extends { name: string }>(all: readonly T[]) => all.map((one) => ({ ...one, name: name(one.name) }));
  const [total] = named<BulletinRow>([content.total]);
  return {
    ...content,
    publisher: name(content.publisher),
    area: name(content.area),
    ...(total && { total }),
    divisions: named(content.divisions),
    departments: named(content.departments),
    indicators: named(content.indicators),
    silent: named(content.silent),
  };
}

function hasGlyph(fonts: FontLibrary, char: string): boolean {
  return WEIGHTS.every((weight) => findGlyph(fonts, weight, char.codePointAt(0) as number) !== undefined);
}
