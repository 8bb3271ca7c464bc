/** Any JSON value. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
/** A JSON object. */
export type JsonObject = { [key: string]: Json };

/** Deepest nesting that canonical JSON holds; deeper input would only serve to exhaust the stack. */
export const MAX_JSON_DEPTH = 100;

/**
 * Canonical JSON text by RFC 8785 (JCS): keys sorted by UTF-16 code units, ECMAScript number form, no white space.
 * Members whose value is `undefined` are left out. Throws `TypeError` on what JSON cannot hold: NaN, infinities, lone
 * surrogates, functions, holes in arrays, cycles, and on nesting beyond {@link MAX_JSON_DEPTH}. The same value always
 * gives the same text, so digests and signatures may be taken over it.
 */
export function canonicalJson(value: unknown): string {
  return write(value, 0);
}

// Written for speed: a certificate goes through here some ten times, for digests, signatures and journals.
function write(value: unknown, depth: number): string {
  if (typeof value === "string") return quoted(value);
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new TypeError(`canonical JSON: ${value} is not a JSON number`);
    return JSON.stringify(value);
  }
  if (depth >= MAX_JSON_DEPTH) throw new TypeError(`canonical JSON: nested deeper than ${MAX_JSON_DEPTH}`);
  if (Array.isArray(value)) return writeArray(value, depth + 1);
  if (typeof value === "object" && isPlain(value)) return writeObject(value, depth + 1);
  throw new TypeError(`canonical JSON: cannot hold a ${typeof value}`);
}

function writeArray(members: readonly unknown[], depth: number): string {
  let text = "[";
  // By index, so that holes are met and refused, and never written as nothing.
  for (let index = 0; index < members.length; index++) {
    if (index > 0) text += ",";
    text += write(members[index], depth);
  }
  return `${text}]`;
}

function writeObject(members: Record<string, unknown>, depth: number): string {
  let text = "{";
  for (const key of sortedKeys(members)) {
    const member = members[key];
    if (member === undefined) continue;
    if (text.length > 1) text += ",";
    text += `${quoted(key)}:${write(member, depth)}`;
  }
  return `${text}}`;
}

/** Own keys in the order of UTF-16 code units, in which `sort` puts texts by itself. */
function sortedKeys(members: object): string[] {
  const keys = Object.keys(members);
  for (let index = 1; index < keys.length; index++) {
    if ((keys[index - 1] as string) > (keys[index] as string)) return keys.sort();
  }
  return keys;
}

/** What JSON must escape, and surrogates, of which lone ones are refused. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const SPECIAL = /[\u0000-\u001f"\\\ud800-\udfff]/;

function quoted(text: string): string {
  if (!SPECIAL.test(text)) return `"${text}"`;
  if (!text.isWellFormed()) throw new TypeError("canonical JSON: text holds a lone surrogate");
  return JSON.stringify(text);
}

/** Canonical JSON as UTF-8 bytes: what is hashed and signed. */
export function canonicalBytes(value: unknown): Uint8Array {
  return new TextEncoder().encode(canonicalJson(value));
}

function isPlain(value: object): value is Record<string, unknown> {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
