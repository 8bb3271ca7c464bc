import { refuseField } from "../domain/refusal.ts";
import type { FaceSource } from "./face-source.ts";
import type { FieldElement, FieldSource } from "./template.ts";

/** A value of the message as the face shows it. */
export interface BoundText {
  text: string;
  /** Where it comes from, as refusals name it: `/data/scope`, `metadata.number`, `holders[0].name`. */
  field: string;
  /** How many of its characters the template writes round the values. */
  label: number;
  /** All sources that the text has a value of, in the same form. */
  sources: string[];
}

/** Writes a field of the face from the message. Throws `DATA_INVALID` where a value cannot be written as text. */
export function bindField(element: FieldElement, message: FaceSource): BoundText {
  const parts = element.parts ?? [element as FieldSource];
  let field = "";
  let label = 0;
  const sources: string[] = [];
  const texts = parts.map((part) => {
    if (!("source" in part)) {
      label += [...part.text].length;
      return part.text;
    }
    const name = fieldName(part.source);
    field ||= name;
    const text = bindSource(part, message);
    if (text !== "" && !sources.includes(name)) sources.push(name);
    if (text !== "") label += [...`${part.prefix ?? ""}${part.suffix ?? ""}`].length;
    return text;
  });
  return { text: texts.join(""), field, label, sources };
}

/** Writes one source of the message. */
export function bindSource(part: FieldSource, message: FaceSource): string {
  const field = fieldName(part.source);
  const texts = valuesAt(part.source, message)
    .map((value) => writeValue(value, part, field))
    .filter((text) => text !== "");
  if (texts.length === 0) return part.absent ?? "";
  return `${part.prefix ?? ""}${texts.join(part.join ?? "、")}${part.suffix ?? ""}`;
}

/** The name of a source as refusals give it: a JSON pointer for business data, else the path as it is. */
export function fieldName(source: string): string {
  if (!source.startsWith("data.")) return source;
  return `/${source.replaceAll("[", ".").replaceAll("]", "").replaceAll(".", "/")}`;
}

/** The list that a table shows; empty where there is none. Throws `DATA_INVALID` if the source is something else. */
export function bindList(source: string, message: FaceSource): unknown[] {
  const [value] = valuesAt(source, message);
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value))
    throw refuseField("DATA_INVALID", fieldName(source), "is not a list", "provide a list", "不是列表，请提供列表");
  return value;
}

function valuesAt(source: string, message: FaceSource): unknown[] {
  const steps = source.match(/[A-Za-z_]\w*|\d+|\*/g) ?? [];
  const root: unknown = { data: message.data, metadata: message.metadata, holders: message.metadata.holders };
  return steps.reduce<unknown[]>(
    (values, step) =>
      values.flatMap((value) => {
        if (step === "*") return Array.isArray(value) ? value : [];
        if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return [];
        return [(value as Record<string, unknown>)[step]];
      }),
    [root],
  );
}

function writeValue(value: unknown, part: FieldSource, field: string): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "object" && !Array.isArray(value)) {
    throw refuseField(
      "DATA_INVALID",
      field,
      "is an object, which a face cannot show as text",
      "show its members",
      "是对象，照面无法显示为文字，请显示其成员",
    );
  }
  if (Array.isArray(value)) return value.map((member) => writeValue(member, part, field)).join(part.join ?? "、");
  const text = String(value);
  if (part.map !== undefined && Object.hasOwn(part.map, text)) return part.map[text] as string;
  return part.format === "date" && text !== "" ? chineseDate(text, field) : text;
}

function chineseDate(text: string, field: string): string {
  const match = /^(\d{4})-(\d{2})-(\d{2})(?:T|$)/.exec(text);
  if (match === null)
    throw refuseField(
      "DATA_INVALID",
      field,
      "is not a date",
      "provide it as yyyy-MM-dd",
      "不是日期，应为yyyy-MM-dd，例如2026-01-31",
    );
  return `${match[1]}年${match[2]}月${match[3]}日`;
}
