import { type Schema, schemasThat } from "../schema-path.ts";

/** Longest text that is laid out, in characters: more than a page of A4 holds at the smallest size. */
export const MAX_WIDEST = 20_000;

/** How wide a text is, in any unit. */
export type Width = (text: string) => number;

/** Widest texts of the formats that a data schema may name. */
const FORMATS: Readonly<Record<string, string>> = {
  date: "2026-12-28",
  "social-credit-code": `91${"W".repeat(16)}`,
  "citizen-id": `${"8".repeat(17)}X`,
  "division-code": "8".repeat(12),
};
/** The widest character of all, then of those that patterns may be held to. */
const CHARACTERS = [..."国WMwm8-"];
const WHOLE = String(Number.MIN_SAFE_INTEGER);
const DECIMAL = String(-Number.MAX_VALUE);

/**
 * The widest texts that a part of a data schema allows: one, or for a list as many as it may have. What conditions (`if`) and single
 * branches of `anyOf` or `oneOf` limit does not count where other data need not keep to it. Empty where it says nothing of texts.
 * `write` is how a face shows a value.
 */
export function widestTexts(schema: Schema, root: Schema, width: Width, write: (text: string) => string): string[] {
  const of = (one: Schema): string[] => widestTexts(one, root, width, write);
  if (schema.type === "array") return widestMembers(schema, of, width);
  const together = [own(schema, width, write), ...schemasThat(schema, root, "all").map(of)];
  const branches = schemasThat(schema, root, "any").map(of);
  if (branches.length > 0 && branches.every((texts) => texts.length > 0)) together.push(widest(branches, width));
  const said = together.filter((texts) => texts.length > 0);
  return said.length === 0 ? [] : said.reduce((a, b) => (widthOf(b, width) < widthOf(a, width) ? b : a));
}

/** The widest of some lists of texts. */
export function widest(lists: readonly string[][], width: Width): string[] {
  return lists.reduce<string[]>((a, b) => (widthOf(b, width) > widthOf(a, width) ? b : a), []);
}

function widthOf(texts: readonly string[], width: Width): number {
  return texts.reduce((sum, text) => sum + width(text), 0);
}

function widestMembers(schema: Schema, of: (schema: Schema) => string[], width: Width): string[] {
  const prefix = Array.isArray(schema.prefixItems) ? (schema.prefixItems as Schema[]) : [];
  const most = Number(schema.maxItems ?? 0);
  const texts = prefix.slice(0, most).flatMap(of);
  const items = schema.items as Schema | undefined;
  if (items === undefined) return texts;
  if (schema.uniqueItems === true && Array.isArray(items.enum)) {
    const values = items.enum
      .map((value) => of({ const: value }))
      .sort((a, b) => widthOf(b, width) - widthOf(a, width));
    return [...texts, ...values.slice(0, most - texts.length).flat()];
  }
  const each = of(items);
  return [...texts, ...repeated(each, most - prefix.length)];
}

/** A list over and over, but not longer than what is laid out. */
export function repeated(texts: readonly string[], times: number): string[] {
  const length = texts.reduce((sum, text) => sum + text.length, 1);
  const most = Math.min(times, Math.ceil(MAX_WIDEST / length));
  return most < 1 || texts.length === 0 ? [] : Array.from({ length: most }, () => texts).flat();
}

/** What a schema says itself. */
function own(schema: Schema, width: Width, write: (text: string) => string): string[] {
  const listed = Array.isArray(schema.enum) ? schema.enum : "const" in schema ? [schema.const] : undefined;
  const values = listed?.map((value) => (value === null ? "" : String(value))) ?? candidates(schema, width);
  if (values.length === 0) return [];
  return widest(
    values.map((value) => [write(value)]),
    width,
  );
}

function candidates(schema: Schema, width: Width): string[] {
  const types = [schema.type].flat();
  return [
    ...(types.includes("boolean") ? ["true", "false"] : []),
    ...(types.includes("integer") || types.includes("number") ? numbers(schema, types.includes("number")) : []),
    ...(types.includes("string") || "maxLength" in schema ? strings(schema, width) : []),
  ];
}

function numbers({ minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf }: Schema, broken: boolean) {
  const ends = [minimum ?? exclusiveMinimum, maximum ?? exclusiveMaximum];
  if (!ends.every((end) => typeof end === "number")) return [broken ? DECIMAL : WHOLE];
  if (!broken) return ends.map((end) => String(Math.trunc(end)));
  const places = typeof multipleOf === "number" ? (String(multipleOf).split(".")[1] ?? "").length : undefined;
  return places === undefined ? [DECIMAL] : ends.map((end) => end.toFixed(places));
}

function strings({ format, maxLength, pattern }: Schema, width: Width): string[] {
  if (typeof format === "string" && FORMATS[format] !== undefined) return [FORMATS[format]];
  if (typeof maxLength !== "number") return [];
  const length = Math.min(maxLength, MAX_WIDEST);
  const [wide = ""] = CHARACTERS;
  if (typeof pattern !== "string") return [wide.repeat(length)];
  const matched = new RegExp(pattern, "u");
  const taken = CHARACTERS.filter((character) => matched.test(character.repeat(length)));
  // A pattern with a form of its own, such as an account number with strokes: as if all of it were its widest kind of character.
  const kept = taken.length > 0 ? taken : [isAscii(pattern) ? "W" : wide];
  return widest(
    kept.map((character) => [character.repeat(length)]),
    width,
  );
}

/** Whether a pattern names nothing but ASCII, and no class that holds more. */
function isAscii(pattern: string): boolean {
  return /^[\x20-\x7e]*$/.test(pattern) && !/\[\^|\.|\\[WSDpPu]/.test(pattern.replaceAll("\\.", ""));
}
