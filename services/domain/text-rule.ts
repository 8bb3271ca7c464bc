import type { Json } from "./canonical.ts";
import type { FieldViolation } from "./refusal.ts";

/** Longest name of a person, body or thing, in characters. */
export const MAX_NAME_LENGTH = 200;
/** Longest single text of business data, in characters. */
export const MAX_DATA_TEXT_LENGTH = 10_000;

/**
 * Characters that do not show, or that make others show elsewhere than they stand: controls, bidirectional overrides,
 * zero-width and filler characters, line separators; and private-use ones, which look different on every machine.
 * Variation selectors above U+E0100 stay allowed: they choose between the written forms of a rare character in a name.
 */
const HIDDEN = /[[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Default_Ignorable_Code_Point}\u2800]--[\u{E0100}-\u{E01EF}]]/v;
/** Spaces that are neither the ordinary nor the ideographic one. */
const ODD_SPACE = /[\p{Zs}--[\u0020\u3000]]/v;

/** What {@link textFault} demands beside what all texts have in common. */
export interface TextLimits {
  /** Characters (code points) at most. */
  max: number;
  /** Line feeds and tabs are allowed. */
  lines?: boolean;
}

/**
 * Tells in one sentence why a text must not stand on a certificate, or `undefined` where it may: what people see must be
 * what is signed, so it holds no hidden characters, is in Unicode form NFC and is not too long. Empty text is allowed.
 */
export function textFault(text: string, limits: TextLimits): string | undefined {
  if (!text.isWellFormed()) return "the text holds half of a surrogate pair";
  // A code point takes at most two code units, so that the count is only made where it can matter.
  if (text.length > limits.max && [...text].length > limits.max)
    return `the text has more than ${limits.max} characters`;
  const hidden = HIDDEN.exec(limits.lines === true ? text.replace(/[\n\t]/g, "") : text);
  if (hidden !== null) return `the text holds the invisible or private character ${codePoint(hidden[0])}`;
  const space = ODD_SPACE.exec(text);
  if (space !== null) return `the text holds the unusual space ${codePoint(space[0])}`;
  if (text !== text.normalize("NFC")) return "the text is not in Unicode normalisation form C";
  return undefined;
}

/** Tells why a text is no name, or `undefined`: as {@link textFault}, not empty, and no space at either end. */
export function nameFault(text: string, max = MAX_NAME_LENGTH): string | undefined {
  if (text.length === 0) return "the name is empty";
  const fault = textFault(text, { max });
  if (fault !== undefined) return fault;
  return text === text.trim() ? undefined : "the name begins or ends with a space";
}

/**
 * Violations of {@link textFault} in the texts and keys of business data, each under its JSON pointer (RFC 6901) below
 * `pointer`. Whether the data have the right shape is for the item's schema.
 */
export function dataTextViolations(data: Json, pointer = ""): FieldViolation[] {
  if (typeof data === "string") {
    const fault = textFault(data, { max: MAX_DATA_TEXT_LENGTH, lines: true });
    return fault === undefined ? [] : [{ field: pointer, description: fault, remedy: "send visible text in form NFC" }];
  }
  if (Array.isArray(data)) return data.flatMap((member, index) => dataTextViolations(member, `${pointer}/${index}`));
  if (typeof data !== "object" || data === null) return [];
  return Object.entries(data).flatMap(([key, member]) => {
    const fault = nameFault(key);
    if (fault !== undefined) return [{ field: pointer, description: `a key is refused: ${fault}` }];
    return dataTextViolations(member, `${pointer}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`);
  });
}

function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}
