import { type DescField, type DescMessage, type JsonObject, type JsonValue, ScalarType } from "@bufbuild/protobuf";

/** A field with one value that is no message. */
export type ScalarField = DescField & { fieldKind: "scalar" };

/** Fields that hold JSON as text. */
const HOLDS_JSON = /_json$/;

/**
 * The JSON form of a message in which fields `*_json` may hold the JSON itself in the place of a text that holds it: schemas, templates and pictures
 * are written and compared as what they are. All else stays as it is, known or not.
 */
export function withJsonTexts(schema: DescMessage, json: JsonValue): JsonValue {
  return withScalars(schema, json, (field, value) =>
    field.scalar === ScalarType.STRING && HOLDS_JSON.test(field.name) && typeof value === "object" && value !== null
      ? JSON.stringify(value)
      : value,
  );
}

/** The JSON form of a message with another value for each of its fields that hold one, whatever lies there now. */
export function withScalars(
  schema: DescMessage,
  json: JsonValue,
  given: (field: ScalarField, value: JsonValue) => JsonValue,
): JsonValue {
  // Google's own types have JSON forms of their own.
  if (!isObject(json) || schema.typeName.startsWith("google.protobuf.")) return json;
  const entries = Object.entries(json).map(([key, value]): [string, JsonValue] => {
    const field = schema.fields.find(({ jsonName, name }) => jsonName === key || name === key);
    if (field?.fieldKind === "scalar") return [key, given(field, value)];
    if (field?.fieldKind === "message") return [key, withScalars(field.message, value, given)];
    const inner = field?.fieldKind === "list" ? field.message : undefined;
    return [key, inner && Array.isArray(value) ? value.map((one) => withScalars(inner, one, given)) : value];
  });
  return Object.fromEntries(entries);
}

function isObject(json: JsonValue): json is JsonObject {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}
