import type { Json, JsonObject } from "../../domain/canonical.ts";
import { type ItemRow, isObject, memberPlace } from "./item-table.ts";

/** What a data item is, as people choose it. `other`: what this table has no column for, kept and edited as text. */
export type ItemKind =
  | "text"
  | "date"
  | "choice"
  | "integer"
  | "number"
  | "yesNo"
  | "group"
  | "table"
  | "list"
  | "other";

/** Keywords that bound a kind: characters, values, or members of a list. */
const BOUNDS: Readonly<Partial<Record<ItemKind, readonly [least: string, most: string]>>> = {
  text: ["minLength", "maxLength"],
  integer: ["minimum", "maximum"],
  number: ["minimum", "maximum"],
  list: ["minItems", "maxItems"],
  table: ["minItems", "maxItems"],
};

const EMPTY_GROUP = { type: "object", additionalProperties: false, properties: {} };
/** What a data item of a kind says at its beginning: every text and list must have a limit. */
const BEGUN: Readonly<Record<Exclude<ItemKind, "other">, JsonObject>> = {
  text: { type: "string", maxLength: 100 },
  date: { type: "string", format: "date" },
  choice: { type: "string", enum: ["是", "否"] },
  integer: { type: "integer" },
  number: { type: "number" },
  yesNo: { type: "boolean" },
  group: EMPTY_GROUP,
  table: { type: "array", maxItems: 10, items: EMPTY_GROUP },
  list: { type: "array", maxItems: 10, items: { type: "string", maxLength: 100 } },
};

/** Kinds, in the order in which they are offered. */
export const ITEM_KINDS = Object.keys(BEGUN) as Exclude<ItemKind, "other">[];

/** What a row is. */
export function kindOf({ standard }: Pick<ItemRow, "standard">): ItemKind {
  if (!isObject(standard)) return "other";
  const { type, format } = standard;
  if (Array.isArray(standard.enum)) return standard.enum.every((one) => typeof one === "string") ? "choice" : "other";
  const place = memberPlace(standard);
  if (place !== "none") return place === "itself" ? "group" : "table";
  if (type === "string") return format === "date" ? "date" : "text";
  if (type === "array") return "list";
  if (type === "integer" || type === "number") return type;
  return type === "boolean" ? "yesNo" : "other";
}

/** Keywords by which a row is bounded; none where its kind has no bounds. */
export function boundsOf(row: Pick<ItemRow, "standard">): readonly [least: string, most: string] | undefined {
  return BOUNDS[kindOf(row)];
}

/** A member of what a row says; absent where it says none. */
export function saysOf({ standard }: Pick<ItemRow, "standard">, keyword: string): Json | undefined {
  return isObject(standard) && Object.hasOwn(standard, keyword) ? standard[keyword] : undefined;
}

/** A text member of what a row says; empty where it says none. */
export function textOf(row: Pick<ItemRow, "standard">, keyword: string): string {
  const value = saysOf(row, keyword);
  return typeof value === "string" ? value : "";
}

/** A row that says otherwise at one keyword; without a value it says nothing there. All else stays, in its place. */
export function saying(row: ItemRow, keyword: string, value: Json | undefined): ItemRow {
  const { [keyword]: _, ...rest } = isObject(row.standard) ? row.standard : {};
  if (value === undefined) return { ...row, standard: rest };
  return { ...row, standard: { ...(isObject(row.standard) ? row.standard : {}), [keyword]: value } };
}

/** A row of another kind: its name, title and description stay, and its members where both kinds have some. */
export function ofKind(row: ItemRow, kind: Exclude<ItemKind, "other">): ItemRow {
  const said = { ...kept(row, "title"), ...kept(row, "description") };
  const keepsMembers = kind === "group" || kind === "table";
  const members = keepsMembers ? { members: row.members } : { members: [], undefinedNames: [] };
  return { ...row, ...members, standard: { ...said, ...BEGUN[kind] } };
}

/** A data item that begins; `taken`: names that its level has already. */
export function begunRow(taken: readonly string[]): ItemRow {
  let number = taken.length + 1;
  while (taken.includes(`item${number}`)) number++;
  const standard = { title: "", ...BEGUN.text };
  return { name: `item${number}`, required: false, standard, members: [], undefinedNames: [] };
}

function kept(row: ItemRow, keyword: string): JsonObject {
  const value = saysOf(row, keyword);
  return value === undefined ? {} : { [keyword]: value };
}
