import { type Schema, schemasIn, whole } from "../schema-path.ts";
import type { FieldElement, FieldSource } from "../template.ts";
import { longestIdentifier, type RoomContent } from "./room-content.ts";
import { MAX_WIDEST, repeated, type Width, widest, widestTexts } from "./widest-text.ts";

/** The widest text that a field may show. */
export interface WidestField {
  text: string;
  /** How many of its characters come from the template. */
  label: number;
  /** Sources in the data, as templates write them. */
  data: string[];
}

const DATE = "2026年12月28日";
/** Metadata whose length is known. The others are texts that no item limits: orders are held to the face when they come. */
const KNOWN: Readonly<Record<string, string>> = {
  ...{
    issueDate: "2026-12-28",
    validFrom: "2026-12-28",
    validTo: "2026-12-28",
    preparedAt: "2026-12-28T10:28:28+08:00",
  },
  ...{
    version: "999",
    itemVersion: "9999",
    node: "8".repeat(12),
    "issuer.code": `91${"W".repeat(16)}`,
    "issuer.division": "888888",
  },
};

/** The widest text of a field: every part as wide as the schema lets it be. */
export function widestField(element: FieldElement, content: RoomContent, width: Width): WidestField {
  const parts = element.parts ?? [element as FieldSource];
  const texts = parts.map((part) => {
    if (!("source" in part)) return { text: part.text, label: part.text.length, data: [] };
    return widestSource(part, content, width);
  });
  return {
    text: texts.map(({ text }) => text).join(""),
    label: texts.reduce((sum, { label }) => sum + label, 0),
    data: texts.flatMap(({ data }) => data),
  };
}

/** The widest text of one source, with what the template writes round it, or in its place where there is none. */
export function widestSource(part: FieldSource, content: RoomContent, width: Width): WidestField {
  const { join = "、", prefix = "", suffix = "", absent = "", source } = part;
  const data = source.startsWith("data.") ? [source] : [];
  const texts = valuesOf(part, content, width).filter((text) => text !== "");
  const shown = `${prefix}${texts.join(join)}${suffix}`.slice(0, MAX_WIDEST + prefix.length + suffix.length);
  if (texts.length === 0 || width(absent) > width(shown)) return { text: absent, label: absent.length, data: [] };
  return { text: shown, label: prefix.length + suffix.length, data };
}

/** The most members that a list of the data may have. */
export function mostMembers(source: string, { dataSchema }: RoomContent): number {
  const [, ...steps] = stepsOf(source);
  const lists = steps.reduce((schemas, step) => schemasIn(schemas, step, dataSchema), [dataSchema]);
  return mostIn(lists, dataSchema);
}

function valuesOf(part: FieldSource, content: RoomContent, width: Width): string[] {
  const [root, ...steps] = stepsOf(part.source);
  const write = (text: string): string => (part.map && Object.hasOwn(part.map, text) ? (part.map[text] ?? "") : text);
  if (root !== "data") return [metadataText(root, steps, part, content)];
  const { dataSchema } = content;
  const along = (schemas: readonly Schema[], [step, ...rest]: readonly string[]): string[] => {
    if (step === undefined) {
      if (part.format === "date") return [DATE];
      const texts = widest(
        schemas.map((schema) => widestTexts(schema, dataSchema, width, write)),
        width,
      );
      const mapped = Object.values(part.map ?? {}).map((text) => [text]);
      // Which codes an open text may hold is not known, so that any of them may be shown.
      return texts.length > 1 ? texts : widest([texts, ...(isOpen(schemas) ? mapped : [])], width);
    }
    const members = along(schemasIn(schemas, step, dataSchema), rest);
    return step === "*" ? repeated(members, mostIn(schemas, dataSchema)) : members;
  };
  return along([dataSchema], steps);
}

function metadataText(root: string | undefined, steps: string[], part: FieldSource, content: RoomContent): string {
  if (root !== "metadata") return "";
  const path = steps.join(".");
  if (path === "identifier" || path === "replaces") return longestIdentifier(content);
  if (path === "name") return content.name;
  if (path === "typeCode") return content.typeCode;
  return part.format === "date" ? DATE : (KNOWN[path] ?? "");
}

function isOpen(schemas: readonly Schema[]): boolean {
  return schemas.some((schema) => !("enum" in schema) && !("const" in schema));
}

function mostIn(schemas: readonly Schema[], root: Schema): number {
  const limits = schemas.flatMap((schema) => whole(schema, root)).map(({ maxItems }) => Number(maxItems ?? 0));
  return Math.max(0, ...limits);
}

function stepsOf(source: string): string[] {
  return source.match(/[A-Za-z_]\w*|\d+|\*/g) ?? [];
}
