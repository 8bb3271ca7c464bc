import { Refusal } from "../../domain/refusal.ts";

/** The refusal of a character that no font of the face has. Names the character and its code point, never a blank. */
export function missingGlyph(codePoint: number, field: string): Refusal {
  const code = `U+${codePoint.toString(16).toUpperCase().padStart(4, "0")}`;
  const char = String.fromCodePoint(codePoint);
  // Control characters and lone surrogates are named by their code alone.
  const description = `the fonts have no glyph for ${/\p{C}/u.test(char) ? code : `${char} (${code})`}`;
  return new Refusal("GLYPH_MISSING", `${field}: ${description}`, {
    fields: [{ field, description, remedy: "use another form of the character, or ask for the font to be extended" }],
    metadata: { codePoint: code },
  });
}
