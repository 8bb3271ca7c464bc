import { Refusal } from "../../domain/refusal.ts";

/**
 * The refusal of a character that no font of the face has. Names the character and its code point, never a blank. `before` is
 * the character that a mark or variation selector belongs to: it shows nothing by itself.
 */
export function missingGlyph(codePoint: number, field: string, before?: number): Refusal {
  const code = codeOf(codePoint);
  const char = String.fromCodePoint(codePoint);
  // Control characters and lone surrogates are named by their code alone.
  let name = /\p{C}/u.test(char) ? code : `${char} (${code})`;
  if (/\p{M}/u.test(char)) name = before === undefined ? code : `${nameOf(before)} with ${code}`;
  const description = `the fonts have no glyph for ${name}`;
  return new Refusal("GLYPH_MISSING", `${field}: ${description}`, {
    fields: [
      {
        field,
        description,
        remedy: "use another form of the character, or add a font on cores and agents",
        localized: `字库缺少${name}，请改用其他字形，或请运维在系统和签名代理上增加字库`,
      },
    ],
    metadata: { codePoint: code, character: name },
  });
}

/** Whether a code point changes the look of the one before it: marks and variation selectors, which need shaping. */
export function isMark(codePoint: number): boolean {
  const usual = codePoint < 0x300 || (codePoint >= 0x3400 && codePoint <= 0x9fff);
  return !usual && /\p{M}/u.test(String.fromCodePoint(codePoint));
}

function nameOf(codePoint: number): string {
  return `${String.fromCodePoint(codePoint)} (${codeOf(codePoint)})`;
}

function codeOf(codePoint: number): string {
  return `U+${codePoint.toString(16).toUpperCase().padStart(4, "0")}`;
}
