/** Where a value stands in the text of its dictionary. */
interface Span {
  from: number;
  to: number;
}

/** Members of a dictionary by name, and where its `>>` stands. */
interface DictionarySpans {
  members: Map<string, Span>;
  close: number;
}

const WHITE = /(?:[\s\0]|%[^\r\n]*)*/y;
const NAME = /\/([^\s\0()<>[\]{}/%]+)/y;
const REFERENCE = /\d+[\s\0]+\d+[\s\0]+R(?![^\s\0()<>[\]{}/%])/y;
const WORD = /[^\s\0()<>[\]{}/%]+/y;
/** Deepest nesting that is read. */
const MAX_DEPTH = 32;

/**
 * Returns the text of a dictionary (ISO 32000-1 §7.3.7) with one member set: replaced where it stands, else put last. All
 * else stays octet by octet. `undefined` where the text is not one dictionary, or names a member twice or by escapes.
 */
export function withMember(text: string, name: string, value: string): string | undefined {
  const spans = dictionarySpans(text);
  if (spans === undefined) return undefined;
  const member = spans.members.get(name);
  if (member === undefined) return `${text.slice(0, spans.close)} /${name} ${value}${text.slice(spans.close)}`;
  return text.slice(0, member.from) + value + text.slice(member.to);
}

/** Text of a member's value; `undefined` where it is absent, or where {@link withMember} would refuse the dictionary. */
export function memberOf(text: string, name: string): string | undefined {
  const member = dictionarySpans(text)?.members.get(name);
  return member && text.slice(member.from, member.to);
}

/**
 * Returns the text of a dictionary with a reference put last into the array that is its member `name`. `undefined` where
 * that member is absent or no direct array.
 */
export function withReference(text: string, name: string, object: number): string | undefined {
  const array = memberOf(text, name);
  if (array === undefined || !array.startsWith("[")) return undefined;
  return withMember(text, name, `${array.slice(0, -1)} ${object} 0 R]`);
}

function dictionarySpans(text: string): DictionarySpans | undefined {
  const start = behind(WHITE, text, 0);
  const spans = text.startsWith("<<", start) ? readDictionary(text, start, 0) : undefined;
  return spans !== undefined && behind(WHITE, text, spans.close + 2) === text.length ? spans : undefined;
}

function readDictionary(text: string, start: number, depth: number): DictionarySpans | undefined {
  const members = new Map<string, Span>();
  for (let at = behind(WHITE, text, start + 2); ; ) {
    if (text.startsWith(">>", at)) return { members, close: at };
    NAME.lastIndex = at;
    const name = NAME.exec(text)?.[1];
    if (name === undefined || name.includes("#") || members.has(name)) return undefined;
    const from = behind(WHITE, text, NAME.lastIndex);
    const to = behindValue(text, from, depth);
    if (to < 0) return undefined;
    members.set(name, { from, to });
    at = behind(WHITE, text, to);
  }
}

/** Offset behind the value at `at`, -1 where there is none. */
function behindValue(text: string, at: number, depth: number): number {
  if (depth > MAX_DEPTH) return -1;
  if (text.startsWith("<<", at)) {
    const inner = readDictionary(text, at, depth + 1);
    return inner === undefined ? -1 : inner.close + 2;
  }
  const character = text.charAt(at);
  if (character === "[") {
    for (let next = behind(WHITE, text, at + 1); ; ) {
      if (text.charAt(next) === "]") return next + 1;
      const end = behindValue(text, next, depth + 1);
      if (end < 0) return -1;
      next = behind(WHITE, text, end);
    }
  }
  if (character === "(") return behindString(text, at);
  if (character === "<") return text.indexOf(">", at) + 1 || -1;
  for (const pattern of [NAME, REFERENCE, WORD]) {
    const end = behind(pattern, text, at);
    if (end > at) return end;
  }
  return -1;
}

/** Offset behind a literal string that starts at `start`, -1 where it never ends. */
export function behindString(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const character = text[at];
    if (character === "\\") at++;
    else if (character === "(") depth++;
    else if (character === ")" && --depth === 0) return at + 1;
  }
  return -1;
}

function behind(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}
