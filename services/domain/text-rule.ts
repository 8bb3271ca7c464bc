import type { Json } from "./canonical.ts";
import { pointerTo } from "./json-pointer.ts";
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

/**
 * Other forms of letters, digits and ideographs, which look like the ordinary ones and are not found by them: radicals, full and half widths,
 * ligatures, presentation forms, mathematical letters. Full-width punctuation, units and numbers in circles are what people write.
 */
const OTHER_FORM =
  /[\u2e80-\u2fdf\ufb00-\ufdff\ufe10-\ufe1f\ufe30-\ufefc\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\uff66-\uffdc\u{1d400}-\u{1d7ff}]/u;

/** What {@link textFault} demands beside what all texts have in common. */
export interface TextLimits {
  /** Characters (code points) at most. */
  max: number;
  /** Line feeds are allowed. */
  lines?: boolean;
  /** Spaces at its ends are allowed. */
  edges?: boolean;
}

/** Why a text is refused, and what to do about it. */
export type TextFault = Required<Omit<FieldViolation, "field">>;

/**
 * Tells why a text must not stand on a certificate or in a register, or `undefined` where it may: what people see must be what is signed
 * and found, so nothing is trimmed or normalised in silence. It holds no hidden characters and no other forms of ordinary ones, neither
 * begins nor ends with a space, is in Unicode form NFC and is not too long. Empty text is allowed.
 */
export function textFault(text: string, limits: TextLimits): TextFault | undefined {
  if (!text.isWellFormed())
    return fault(
      "the text holds half of a surrogate pair",
      "send whole characters",
      "文字含不完整的字符，请发送完整字符",
    );
  // A code point takes at most two code units, so that the count is only made where it can matter.
  const { max } = limits;
  if (text.length > max && [...text].length > max)
    return fault(`the text has more than ${max} characters`, "shorten it", `文字超过${max}个字符，请缩短`);
  const hidden = HIDDEN.exec(limits.lines === true ? text.replaceAll("\n", "") : text);
  if (hidden !== null) return character("the invisible or private character", "不可见或专用字符", hidden[0]);
  const space = ODD_SPACE.exec(text);
  if (space !== null) return character("the unusual space", "特殊空格", space[0]);
  const form = OTHER_FORM.exec(text);
  if (form !== null) return otherForm(form[0]);
  if (text !== text.normalize("NFC"))
    return fault(
      "the text is not in Unicode normalisation form C",
      "send it in form NFC",
      "文字不是Unicode规范形式C，请转换为NFC后发送",
    );
  if (limits.edges !== true && text !== text.trim())
    return fault("the text begins or ends with a space", "remove it", "文字首尾有空格，请删除");
  return undefined;
}

/** Tells why a text is no name, or `undefined`: as {@link textFault}, and not empty. */
export function nameFault(text: string, max = MAX_NAME_LENGTH): TextFault | undefined {
  if (text.length === 0) return fault("the name is empty", "fill it in", "名称为空，请填写");
  return textFault(text, { max });
}

/**
 * Violations of {@link textFault} in the texts and keys of business data, each under its JSON pointer (RFC 6901) below
 * `pointer`. Whether the data have the right shape is for the item's schema.
 */
export function dataTextViolations(data: Json, pointer = ""): FieldViolation[] {
  if (typeof data === "string") {
    const found = textFault(data, { max: MAX_DATA_TEXT_LENGTH, lines: true });
    return found === undefined ? [] : [{ field: pointer, ...found }];
  }
  if (Array.isArray(data)) return data.flatMap((member, index) => dataTextViolations(member, `${pointer}/${index}`));
  if (typeof data !== "object" || data === null) return [];
  return Object.entries(data).flatMap(([key, member]) => {
    const found = nameFault(key);
    if (found === undefined) return dataTextViolations(member, pointerTo(pointer, key));
    return [
      {
        ...found,
        field: pointer,
        description: `a key is refused: ${found.description}`,
        localized: `键：${found.localized}`,
      },
    ];
  });
}

function fault(description: string, remedy: string, localized: string): TextFault {
  return { description, remedy, localized };
}

function character(what: string, localized: string, found: string): TextFault {
  const point = codePoint(found);
  return fault(`the text holds ${what} ${point}`, "remove it", `文字含${localized}${point}，请删除`);
}

function otherForm(found: string): TextFault {
  const point = codePoint(found);
  const ordinary = found.normalize("NFKC");
  const write =
    ordinary === found ? "the ordinary character" : `${ordinary} (${[...ordinary].map(codePoint).join(" ")})`;
  const localized = ordinary === found ? "常用字符" : ordinary;
  return fault(
    `the text holds ${point}, another form of an ordinary character`,
    `write ${write}`,
    `文字含兼容字符${found}（${point}），请改用${localized}`,
  );
}

function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}
