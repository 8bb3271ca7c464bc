import type { Json } from "./canonical.ts";
import { pointerTo } from "./json-pointer.ts";
import { type OriginStatement, originBytes } from "./origin-statement.ts";

/** Differences that are told at most: who sees fifty has another fault than these. */
export const MAX_DIFFERENCES = 50;
/** Characters of a value, and octets around a place, that are shown. */
const SHOWN = 80;
const AROUND = 24;

/** One point in which the octets that a caller has signed are not the statement of its order. */
export interface OriginDifference {
  /** JSON pointer (RFC 6901) into the statement; empty: the whole of it. */
  member: string;
  /** `absent`: not in what was signed; `surplus`: not in the statement; `form`: the same JSON, written in another form. */
  kind: "absent" | "surplus" | "other" | "form" | "unreadable";
  /** What stands there: single values as JSON, cut off behind 80 characters, of objects and lists the kind. Empty: nothing. */
  expected: string;
  signed: string;
}

/**
 * How what a caller says to have signed differs from the statement of its order, member by member in the order of the statement, at most
 * {@link MAX_DIFFERENCES}. Where it is the same JSON and yet other octets, the one difference is the first place at which these differ.
 * Empty: it is the statement, octet by octet.
 */
export function originDifferences(statement: OriginStatement, signed: Uint8Array): OriginDifference[] {
  const expected = originBytes(statement);
  if (Buffer.compare(expected, signed) === 0) return [];
  let value: Json;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(signed));
  } catch {
    return [{ member: "", kind: "unreadable", expected: "an object", signed: "no JSON in UTF-8" }];
  }
  const found: OriginDifference[] = [];
  compare(statement as unknown as Json, value, "", found);
  return found.length > 0 ? found : [placeOf(expected, signed)];
}

function compare(expected: Json, signed: Json, member: string, found: OriginDifference[]): void {
  if (found.length >= MAX_DIFFERENCES) return;
  const [inner, other] = [membersOf(expected), membersOf(signed)];
  if (inner === undefined || other === undefined || Array.isArray(expected) !== Array.isArray(signed)) {
    if (expected === signed) return;
    found.push({ member, kind: "other", expected: shown(expected), signed: shown(signed) });
    return;
  }
  for (const [key, value] of inner) {
    const pointer = pointerTo(member, key);
    const theirs = other.get(key);
    if (theirs !== undefined) compare(value, theirs, pointer, found);
    else add(found, { member: pointer, kind: "absent", expected: shown(value), signed: "" });
  }
  for (const [key, value] of other) {
    if (inner.has(key)) continue;
    add(found, { member: pointerTo(member, key), kind: "surplus", expected: "", signed: shown(value) });
  }
}

function add(found: OriginDifference[], one: OriginDifference): void {
  if (found.length < MAX_DIFFERENCES) found.push(one);
}

function membersOf(value: Json): Map<string, Json> | undefined {
  return typeof value === "object" && value !== null ? new Map(Object.entries(value)) : undefined;
}

function shown(value: Json): string {
  const members = membersOf(value);
  if (members) return `${Array.isArray(value) ? "a list" : "an object"} of ${members.size}`;
  const text = JSON.stringify(value);
  return text.length > SHOWN ? `${text.slice(0, SHOWN).toWellFormed()}…` : text;
}

function placeOf(expected: Uint8Array, signed: Uint8Array): OriginDifference {
  let at = 0;
  while (at < expected.length && expected[at] === signed[at]) at += 1;
  const around = (bytes: Uint8Array) =>
    `octet ${at}: ${new TextDecoder().decode(bytes.subarray(Math.max(0, at - AROUND), at + AROUND))}`;
  return { member: "", kind: "form", expected: around(expected), signed: around(signed) };
}
