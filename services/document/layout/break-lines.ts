/** A character with its advance in font units, spacing included. */
export interface Char {
  codePoint: number;
  advance: number;
}

/** A line: characters from `start` up to `end`, and their summed advance. */
export interface Line {
  start: number;
  end: number;
  width: number;
  /** The line ends its paragraph, so it is not justified. */
  last: boolean;
}

const NEWLINE = 0x0a;
const SPACE = 0x20;
/** Characters that may not begin a line, and those that may not end one (GB/T 15834). */
const NO_START = codePointsOf("，。、；：？！）》〉」』】〕〗”’…—～·％℃,.;:?!)]}%");
const NO_END = codePointsOf("（《〈「『【〔〖“‘([{￥$");

/**
 * Breaks text into lines no wider than `limit` (font units): between Chinese characters, at spaces, at line feeds; Latin
 * words and numbers stay whole unless one is wider than a line; punctuation neither begins nor ends a line wrongly.
 */
export function breakLines(chars: readonly Char[], limit: number): Line[] {
  const lines: Line[] = [];
  let start = 0;
  while (start < chars.length) {
    const line = takeLine(chars, start, limit);
    lines.push(line.line);
    start = line.next;
  }
  return lines;
}

function takeLine(chars: readonly Char[], start: number, limit: number): { line: Line; next: number } {
  let width = 0;
  let at = start;
  let breakAt = -1;
  for (; at < chars.length; at++) {
    const { codePoint, advance } = chars[at] as Char;
    if (codePoint === NEWLINE) return { line: trim(chars, start, at, true), next: at + 1 };
    if (at > start && mayBreak((chars[at - 1] as Char).codePoint, codePoint)) breakAt = at;
    // Spaces may hang over the edge: they are cut off there.
    if (codePoint !== SPACE && width + advance > limit && at > start) break;
    width += advance;
  }
  if (at === chars.length) return { line: trim(chars, start, at, true), next: at };
  const end = breakAt > start ? breakAt : at;
  return { line: trim(chars, start, end, false), next: end };
}

function mayBreak(before: number, after: number): boolean {
  if (after === SPACE) return false;
  if (before === SPACE) return true;
  if (NO_START.has(after) || NO_END.has(before)) return false;
  return isWide(before) || isWide(after);
}

function isWide(codePoint: number): boolean {
  return codePoint >= 0x2e80;
}

function trim(chars: readonly Char[], start: number, end: number, last: boolean): Line {
  while (end > start && chars[end - 1]?.codePoint === SPACE) end--;
  let width = 0;
  for (let i = start; i < end; i++) width += (chars[i] as Char).advance;
  return { start, end, width, last };
}

function codePointsOf(text: string): ReadonlySet<number> {
  return new Set([...text].map((char) => char.codePointAt(0) as number));
}
