import { canonicalJson } from "../../domain/canonical.ts";
import { pointerTo } from "../../domain/json-pointer.ts";
import type { AlteredPart } from "./report.ts";

/** Most fields that are named. */
const MOST = 50;

/** Names the fields (JSON pointers) in which a message differs from the one on record. Never tells a value. */
export function differingFields(recorded: unknown, given: unknown): AlteredPart[] {
  const parts: AlteredPart[] = [];
  compare(recorded, given, "", parts);
  return parts;
}

function compare(recorded: unknown, given: unknown, path: string, parts: AlteredPart[]): void {
  if (parts.length >= MOST) return;
  const [left, right] = [membersOf(recorded), membersOf(given)];
  if (left === undefined || right === undefined || Array.isArray(recorded) !== Array.isArray(given)) {
    if (canonicalJson(recorded) !== canonicalJson(given)) parts.push({ kind: "field", name: path, change: "altered" });
    return;
  }
  for (const name of new Set([...left.keys(), ...right.keys()])) {
    const place = pointerTo(path, name);
    if (!left.has(name)) parts.push({ kind: "field", name: place, change: "added" });
    else if (!right.has(name)) parts.push({ kind: "field", name: place, change: "missing" });
    else compare(left.get(name), right.get(name), place, parts);
  }
}

function membersOf(value: unknown): Map<string, unknown> | undefined {
  return typeof value === "object" && value !== null ? new Map(Object.entries(value)) : undefined;
}
