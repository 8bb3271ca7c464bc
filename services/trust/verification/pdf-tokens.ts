import { behindString } from "../long-term/dictionary-text.ts";

/** What the dictionaries of an object say, strings left aside. */
export interface PdfTokens {
  /** Names without the slash, `#xx` resolved, in their order. */
  names: string[];
  /** Numbers of the objects referred to. */
  references: number[];
}

/** Longest text that is read, in characters, and most words in it: bounds the memory that a hostile file can take. */
const MAX_TEXT = 1 << 20;
const MAX_WORDS = 100_000;

const REGULAR = /[^\s()<>[\]{}/%]+/y;
const WHITE = /[\s\0]+/y;

/**
 * Reads the names and references in the text of an object (ISO 32000-1 §7.3), passing over strings and comments, so that
 * nothing can hide behind them. Linear in the length of the text. Returns `undefined` where the text is not PDF, or is
 * longer than any that a face needs.
 */
export function readTokens(text: string): PdfTokens | undefined {
  const names: string[] = [];
  const references: number[] = [];
  let words = 0;
  let [last, secondLast] = ["", ""];
  if (text.length > MAX_TEXT) return undefined;
  for (let at = 0; at < text.length; ) {
    const character = text.charAt(at);
    WHITE.lastIndex = REGULAR.lastIndex = at;
    if (WHITE.test(text)) {
      at = WHITE.lastIndex;
    } else if (character === "(") {
      at = behindString(text, at);
      if (at < 0) return undefined;
    } else if (text.startsWith("<<", at)) {
      at += 2;
    } else if (character === "<") {
      at = text.indexOf(">", at) + 1;
      if (at === 0) return undefined;
    } else if (character === "%") {
      const end = text.slice(at).search(/[\r\n]/);
      at = end < 0 ? text.length : at + end;
    } else if (character === "/") {
      REGULAR.lastIndex = at + 1;
      const name = REGULAR.exec(text)?.[0] ?? "";
      if (++words > MAX_WORDS) return undefined;
      names.push(name.replace(/#([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))));
      at += 1 + name.length;
    } else if (REGULAR.test(text)) {
      const word = text.slice(at, REGULAR.lastIndex);
      at = REGULAR.lastIndex;
      if (++words > MAX_WORDS) return undefined;
      if (word === "R") references.push(Number(secondLast));
      [last, secondLast] = [word, last];
    } else {
      at += 1;
    }
  }
  return { names, references };
}
