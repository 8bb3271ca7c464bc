import type { Json } from "./canonical.ts";
import { pointerTo } from "./json-pointer.ts";

/** One place in which two JSON values differ. */
export interface Difference {
  /** JSON pointer: into the value after, for what was removed into that before. */
  pointer: string;
  kind: "added" | "removed" | "changed";
  /** What is there, as JSON, cut where it is long. Empty: nothing. */
  before: string;
  after: string;
}

/** What of two values was compared. */
export interface Compared {
  differences: Difference[];
  /** How many there are beyond those. */
  more: number;
}

/** Characters of a value that a difference shows. */
export const SHOWN_CHARACTERS = 60;

/**
 * Where two JSON values differ, member by member, at most `limit` places. Of lists what is the same at their beginning and end is left out,
 * so that one element that was put in or taken out is one place; what lies between is compared by its place.
 */
export function differencesOf(before: Json, after: Json, limit: number): Compared {
  const found: Compared = { differences: [], more: 0 };
  const add = (difference: Difference) => {
    if (found.differences.length < limit) found.differences.push(difference);
    else found.more += 1;
  };
  compare(before, after, "", add);
  return found;
}

/** Whether two JSON values are the same; the order of members does not matter. */
export function isSameJson(one: Json, other: Json): boolean {
  if (one === other) return true;
  if (Array.isArray(one) || Array.isArray(other)) {
    if (!Array.isArray(one) || !Array.isArray(other) || one.length !== other.length) return false;
    return one.every((member, index) => isSameJson(member, other[index] as Json));
  }
  if (!isObject(one) || !isObject(other)) return false;
  const keys = Object.keys(one);
  if (keys.length !== Object.keys(other).length) return false;
  return keys.every((key) => Object.hasOwn(other, key) && isSameJson(one[key] as Json, other[key] as Json));
}

type Add = (difference: Difference) => void;

function compare(before: Json, after: Json, pointer: string, add: Add): void {
  if (Array.isArray(before) && Array.isArray(after)) compareLists(before, after, pointer, add);
  else if (isObject(before) && isObject(after)) compareObjects(before, after, pointer, add);
  else if (!isSameJson(before, after)) add({ pointer, kind: "changed", before: shown(before), after: shown(after) });
}

function compareObjects(before: { [key: string]: Json }, after: { [key: string]: Json }, at: string, add: Add): void {
  for (const [key, value] of Object.entries(before)) {
    const pointer = pointerTo(at, key);
    if (Object.hasOwn(after, key)) compare(value, after[key] as Json, pointer, add);
    else add({ pointer, kind: "removed", before: shown(value), after: "" });
  }
  for (const [key, value] of Object.entries(after)) {
    if (!Object.hasOwn(before, key))
      add({ pointer: pointerTo(at, key), kind: "added", before: "", after: shown(value) });
  }
}

function compareLists(before: readonly Json[], after: readonly Json[], at: string, add: Add): void {
  const shorter = Math.min(before.length, after.length);
  let begin = 0;
  while (begin < shorter && isSameJson(before[begin] as Json, after[begin] as Json)) begin += 1;
  let end = 0;
  while (end < shorter - begin && isSameJson(before.at(-1 - end) as Json, after.at(-1 - end) as Json)) end += 1;
  for (let index = begin; index < Math.max(before.length, after.length) - end; index++) {
    const pointer = pointerTo(at, String(index));
    const [old, now] = [index < before.length - end, index < after.length - end];
    if (old && now) compare(before[index] as Json, after[index] as Json, pointer, add);
    else if (now) add({ pointer, kind: "added", before: "", after: shown(after[index] as Json) });
    else add({ pointer, kind: "removed", before: shown(before[index] as Json), after: "" });
  }
}

function shown(value: Json): string {
  const text = JSON.stringify(value);
  return text.length <= SHOWN_CHARACTERS ? text : `${text.slice(0, SHOWN_CHARACTERS - 1).toWellFormed()}…`;
}

function isObject(value: Json): value is { [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
