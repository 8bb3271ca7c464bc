import { type DescField, type DescMessage, fromJson, type JsonValue, ScalarType } from "@bufbuild/protobuf";
import type { FieldViolation } from "../../domain/refusal.ts";
import { enumTold } from "./rule-told.ts";

/** Fields that are told at most. */
const TOLD = 100;

/** Fields of a JSON request that the library cannot read, each with its whole path: it tells only the last name of the first one. */
export function unreadableFields(schema: DescMessage, json: JsonValue, path = ""): FieldViolation[] {
  if (typeof json !== "object" || json === null || Array.isArray(json))
    return path === "" ? [] : [shapeFault(path, "an object")];
  const found: FieldViolation[] = [];
  const given = new Map<DescField, string>();
  for (const [key, value] of Object.entries(json)) {
    const field = schema.fields.find(({ jsonName, name }) => jsonName === key || name === key);
    if (!field) continue;
    const at = path === "" ? key : `${path}.${key}`;
    const before = given.get(field);
    given.set(field, key);
    if (before !== undefined) found.push(twice(at, [before, key]));
    else if (!isReadable(schema, { [key]: value })) found.push(...faultsOf(schema, field, value, at));
    if (found.length >= TOLD) break;
  }
  return found.slice(0, TOLD);
}

function faultsOf(schema: DescMessage, field: DescField, value: JsonValue, at: string): FieldViolation[] {
  if (field.fieldKind === "list") {
    if (!Array.isArray(value)) return [shapeFault(at, "a list")];
    return value.flatMap((one, index) => {
      if (isReadable(schema, { [field.jsonName]: [one] })) return [];
      return field.message
        ? messageFaults(field.message, one, `${at}[${index}]`)
        : [scalarFault(field, `${at}[${index}]`)];
    });
  }
  return field.fieldKind === "message" ? messageFaults(field.message, value, at) : [scalarFault(field, at)];
}

function messageFaults(schema: DescMessage, value: JsonValue, at: string): FieldViolation[] {
  // Google's own types have JSON forms of their own.
  if (schema.typeName.startsWith("google.protobuf.")) return [shapeFault(at, "an object")];
  const inner = unreadableFields(schema, value, at);
  return inner.length > 0 ? inner : [shapeFault(at, "an object")];
}

function scalarFault(field: DescField, at: string): FieldViolation {
  if (field.enum) return { field: at, description: "is not one of the allowed values", ...enumTold(field) };
  switch (field.scalar) {
    case ScalarType.STRING:
      return shapeFault(at, "text");
    case ScalarType.BYTES:
      return shapeFault(at, "Base64");
    case ScalarType.BOOL:
      return shapeFault(at, "true or false");
    default:
      return shapeFault(at, "a whole number");
  }
}

const LOCALIZED: Readonly<Record<string, string>> = {
  "an object": "对象",
  "a list": "列表",
  text: "文字",
  Base64: "Base64编码",
  "true or false": "true或false",
  "a whole number": "范围内的整数",
};

function shapeFault(field: string, shape: string): FieldViolation {
  const localized = `形式错误，应为${LOCALIZED[shape]}`;
  return { field, description: `cannot be read as ${shape}`, remedy: `send ${shape}`, localized };
}

function twice(field: string, [one, other]: [string, string]): FieldViolation {
  const description = `is given twice, as ${one} and as ${other}`;
  const localized = `重复填写（${one}、${other}），请删除其中一个`;
  return { field, description, remedy: "leave one of the two out", localized };
}

function isReadable(schema: DescMessage, json: JsonValue): boolean {
  try {
    fromJson(schema, json);
    return true;
  } catch {
    return false;
  }
}
