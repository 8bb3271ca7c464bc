import { isDeepStrictEqual } from "node:util";
import { pointerTo } from "../domain/json-pointer.ts";

/** What a schema may say: the part of JSON Schema by which settings are described. Any other keyword is a mistake of the program. */
export interface Schema {
  type?: "object" | "array" | "string" | "integer" | "boolean";
  description?: string;
  /** Taken where the member is missing. */
  default?: unknown;
  const?: unknown;
  enum?: readonly unknown[];
  properties?: Record<string, Schema>;
  required?: readonly string[];
  additionalProperties?: false | Schema;
  minProperties?: number;
  maxProperties?: number;
  items?: Schema;
  minItems?: number;
  maxItems?: number;
  uniqueItems?: boolean;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  oneOf?: readonly Schema[];
  /** Which of `oneOf` is meant: that whose member of this name is a constant equal to the value's. */
  discriminator?: { propertyName: string };
}

/** What is wrong at a place. Message and parameters are ajv's for the keyword. */
export interface SchemaFault {
  /** JSON pointer. */
  path: string;
  keyword: keyof Schema;
  message: string;
  params: Record<string, unknown>;
  schema: Schema;
}

/**
 * Holds a value to a schema: every fault at once, none where it is good. Fills in defaults. Reads the schema as it goes: what compiles
 * it first, as ajv does, takes a tenth of a start for a value that is looked at once.
 */
export function schemaFaults(schema: Schema, value: unknown, path = ""): SchemaFault[] {
  const { type } = schema;
  const faults: SchemaFault[] = [];
  const add: Add = (keyword, message, params) => faults.push({ path, keyword, message, params, schema });
  if (type !== undefined && !TYPES[type](value)) add("type", `must be ${type}`, { type });
  if ("const" in schema && !isDeepStrictEqual(value, schema.const))
    add("const", "must be equal to constant", { allowedValue: schema.const });
  if (schema.enum && !schema.enum.includes(value))
    add("enum", "must be equal to one of the allowed values", { allowedValues: schema.enum });
  if (typeof value === "string") checkText(schema, value, add);
  if (typeof value === "number") checkNumber(schema, value, add);
  if (Array.isArray(value)) faults.push(...listFaults(schema, value, path, add));
  else if (typeof value === "object" && value !== null)
    faults.push(...objectFaults(schema, value as Members, path, add));
  if (schema.oneOf) faults.push(...choiceFaults(schema, schema.oneOf, value, path, add));
  return faults;
}

type Add = (keyword: keyof Schema, message: string, params: Record<string, unknown>) => void;
type Members = Record<string, unknown>;

const TYPES: Readonly<Record<NonNullable<Schema["type"]>, (value: unknown) => boolean>> = {
  object: (value) => typeof value === "object" && value !== null && !Array.isArray(value),
  array: Array.isArray,
  string: (value) => typeof value === "string",
  integer: Number.isInteger,
  boolean: (value) => typeof value === "boolean",
};

function checkText({ minLength = 0, maxLength, pattern }: Schema, value: string, add: Add): void {
  const length = [...value].length;
  if (length < minLength) add("minLength", `must NOT have fewer than ${minLength} characters`, { limit: minLength });
  if (maxLength !== undefined && length > maxLength)
    add("maxLength", `must NOT have more than ${maxLength} characters`, { limit: maxLength });
  if (pattern !== undefined && !new RegExp(pattern, "u").test(value))
    add("pattern", `must match pattern "${pattern}"`, { pattern });
}

function checkNumber({ minimum, maximum }: Schema, value: number, add: Add): void {
  if (maximum !== undefined && value > maximum)
    add("maximum", `must be <= ${maximum}`, { comparison: "<=", limit: maximum });
  if (minimum !== undefined && value < minimum)
    add("minimum", `must be >= ${minimum}`, { comparison: ">=", limit: minimum });
}

function listFaults(
  { items, minItems = 0, maxItems, uniqueItems }: Schema,
  value: readonly unknown[],
  path: string,
  add: Add,
): SchemaFault[] {
  if (maxItems !== undefined && value.length > maxItems)
    add("maxItems", `must NOT have more than ${maxItems} items`, { limit: maxItems });
  if (value.length < minItems) add("minItems", `must NOT have fewer than ${minItems} items`, { limit: minItems });
  // As ajv names the two: the last one that has an equal before it.
  const i = uniqueItems ? value.findLastIndex((one, at) => firstEqual(value, one) < at) : -1;
  if (i !== -1) {
    const j = firstEqual(value, value[i]);
    add("uniqueItems", `must NOT have duplicate items (items ## ${j} and ${i} are identical)`, { i, j });
  }
  return items ? value.flatMap((one, index) => schemaFaults(items, one, pointerTo(path, String(index)))) : [];
}

function firstEqual(list: readonly unknown[], value: unknown): number {
  return list.findIndex((one) => isDeepStrictEqual(one, value));
}

function objectFaults(schema: Schema, value: Members, path: string, add: Add): SchemaFault[] {
  const { properties = {}, required = [], additionalProperties, minProperties = 0, maxProperties } = schema;
  for (const [name, { default: given }] of Object.entries(properties)) {
    if (given !== undefined && value[name] === undefined) value[name] = structuredClone(given);
  }
  const names = Object.keys(value);
  if (maxProperties !== undefined && names.length > maxProperties)
    add("maxProperties", `must NOT have more than ${maxProperties} properties`, { limit: maxProperties });
  if (names.length < minProperties)
    add("minProperties", `must NOT have fewer than ${minProperties} properties`, { limit: minProperties });
  for (const name of required) {
    if (value[name] === undefined) add("required", `must have required property '${name}'`, { missingProperty: name });
  }
  const below: SchemaFault[] = [];
  for (const name of names) {
    if (Object.hasOwn(properties, name)) continue;
    if (additionalProperties === false)
      add("additionalProperties", "must NOT have additional properties", { additionalProperty: name });
    else if (additionalProperties)
      below.push(...schemaFaults(additionalProperties, value[name], pointerTo(path, name)));
  }
  for (const [name, member] of Object.entries(properties)) {
    if (value[name] !== undefined) below.push(...schemaFaults(member, value[name], pointerTo(path, name)));
  }
  return below;
}

/** Of several forms the faults of the one that is meant; of all where nothing says which. */
function choiceFaults(
  { discriminator }: Schema,
  forms: readonly Schema[],
  value: unknown,
  path: string,
  add: Add,
): SchemaFault[] {
  const tag = discriminator?.propertyName;
  if (tag === undefined) {
    const each = forms.map((form) => schemaFaults(form, value, path));
    return each.some((faults) => faults.length === 0) ? [] : each.flat();
  }
  // Of what is no object the type says that already.
  if (!TYPES.object(value)) return [];
  const { [tag]: tagValue } = value as Members;
  const meant = forms.find(({ properties }) => properties?.[tag]?.const === tagValue);
  if (meant) return schemaFaults(meant, value, path);
  if (typeof tagValue === "string")
    add("discriminator", `value of tag "${tag}" must be in oneOf`, { error: "mapping", tag, tagValue });
  else add("discriminator", `tag "${tag}" must be string`, { error: "tag", tag, tagValue });
  return [];
}
