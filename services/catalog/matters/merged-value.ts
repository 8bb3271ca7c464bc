import { canonicalJson, type JsonObject } from "../../domain/canonical.ts";

/**
 * What an entry becomes by a row that names it: the members that the row gives, empty ones left out as they are in JSON of the contract, and
 * the rest as it is. Who is named again has not ended, unless the row says so.
 */
export function mergedValue(old: JsonObject | undefined, given: JsonObject): JsonObject {
  const { endedOn: _ended, ...kept } = old ?? {};
  return Object.fromEntries(Object.entries({ ...kept, ...given }).filter(([, value]) => value !== ""));
}

/** Members that differ, as they were; those that were not there are empty. `undefined` where none does. */
export function differing(old: JsonObject, next: JsonObject): JsonObject | undefined {
  const members = [...new Set([...Object.keys(next), ...Object.keys(old)])];
  const found = members.filter((member) => canonicalJson(old[member] ?? "") !== canonicalJson(next[member] ?? ""));
  return found.length === 0 ? undefined : Object.fromEntries(found.map((member) => [member, old[member] ?? ""]));
}
