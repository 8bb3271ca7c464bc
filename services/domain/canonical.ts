import { createHash } from "node:crypto";

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

function write(value: unknown, depth: number): string {
  if (value === null || typeof value === "boolean") return JSON.stringify(value);
  if (typeof value === "string") {
    if (!value.isWellFormed()) throw new TypeError("canonical JSON: text holds a lone surrogate");
    return JSON.stringify(value);
  }
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new TypeError(`canonical JSON: ${value} is not a JSON number`);
    return JSON.stringify(value);
  }
  if (depth >= MAX_JSON_DEPTH) throw new TypeError(`canonical JSON: nested deeper than ${MAX_JSON_DEPTH}`);
  // Array.from visits holes too, so that they are refused and never written as nothing.
  if (Array.isArray(value)) return `[${Array.from(value, (member) => write(member, depth + 1)).join(",")}]`;
  if (typeof value === "object" && isPlain(value)) {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      .map(([key, member]) => `${write(key, depth)}:${write(member, depth + 1)}`);
    return `{${members.join(",")}}`;
  }
  throw new TypeError(`canonical JSON: cannot hold a ${typeof value}`);
}

/** Canonical JSON as UTF-8 bytes: what is hashed and signed. */
export function canonicalBytes(value: unknown): Uint8Array {
  return new TextEncoder().encode(canonicalJson(value));
}

/** SHA-256 as lower-case hex. */
export function sha256Hex(bytes: Uint8Array | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** SHA-256 (hex) over the canonical JSON of a value. */
export function digestOf(value: unknown): string {
  return sha256Hex(canonicalJson(value));
}

function isPlain(value: object): value is Record<string, unknown> {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
