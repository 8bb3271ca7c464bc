import type { FieldViolation } from "../domain/refusal.ts";
import { MAX_DATA_TEXT_LENGTH } from "../domain/text-rule.ts";
import { patternFault } from "./pattern-guard.ts";

/** What a schema of data items may use. Everything else is refused, above all what reaches outside or costs without bound. */
const KEYWORDS: ReadonlySet<string> = new Set(
  `$schema $defs $ref title description default examples type properties required additionalProperties items prefixItems
  minItems maxItems uniqueItems enum const minLength maxLength pattern format minimum maximum exclusiveMinimum
  exclusiveMaximum multipleOf allOf anyOf oneOf if then else not dependentRequired`.split(/\s+/),
);
const MAX_DEPTH = 12;
const MAX_SCHEMAS = 2000;
const MAX_ITEMS = 1000;
/** Longest text that a pattern is matched against. */
const MAX_PATTERN_TEXT = 1000;

type Schema = Record<string, unknown>;

/**
 * Holds a schema of data items to what can be checked in bounded time and shown on a face: only known keywords, local
 * references, closed objects, limits on every text and list, harmless patterns. Gives every fault with its path.
 */
export function guardSchema(root: unknown): FieldViolation[] {
  const faults: FieldViolation[] = [];
  let count = 0;
  const add = (field: string, description: string, remedy: string): void => {
    faults.push({ field: field || "/", description, remedy });
  };
  const visit = (schema: unknown, at: string, depth: number): void => {
    if (typeof schema === "boolean") return;
    if (!isObject(schema)) {
      add(at, "is not a schema", "provide an object");
      return;
    }
    if (++count > MAX_SCHEMAS || depth > MAX_DEPTH) {
      add(at, "is too large or too deep", "simplify the schema");
      return;
    }
    // Definitions that refer to each other could do so for ever.
    if ("$ref" in schema && at.startsWith("/$defs/")) add(at, "refers from within a definition", "write it out");
    for (const fault of schemaFaults(schema)) add(at, ...fault);
    for (const [keyword, value] of Object.entries(schema)) {
      const path = `${at}/${keyword}`;
      if (keyword === "properties" || keyword === "$defs") {
        for (const [name, member] of Object.entries(value ?? {})) visit(member, `${path}/${name}`, depth + 1);
      } else if (["prefixItems", "allOf", "anyOf", "oneOf"].includes(keyword)) {
        for (const [i, member] of [value].flat().entries()) visit(member, `${path}/${i}`, depth + 1);
      } else if (["items", "if", "then", "else", "not"].includes(keyword)) visit(value, path, depth + 1);
    }
  };
  if (!isObject(root) || root.type !== "object") add("", "does not describe an object", 'give it "type": "object"');
  visit(root, "", 0);
  return faults;
}

function schemaFaults(schema: Schema): [description: string, remedy: string][] {
  const faults: [string, string][] = [];
  for (const keyword of Object.keys(schema)) {
    if (!KEYWORDS.has(keyword)) faults.push([`uses ${keyword}`, "use only the keywords that the reference lists"]);
  }
  if (typeof schema.$ref === "string" && !schema.$ref.startsWith("#/$defs/")) {
    faults.push(["refers outside the schema", "refer to #/$defs/…"]);
  }
  if (isOf(schema, "object") && schema.additionalProperties !== false) {
    faults.push(["lets unknown members pass", 'add "additionalProperties": false']);
  }
  if (isOf(schema, "array") && !isCount(schema.maxItems, MAX_ITEMS)) {
    faults.push(["does not limit the list", `add maxItems, at most ${MAX_ITEMS}`]);
  }
  return [...faults, ...textFaults(schema)];
}

function textFaults(schema: Schema): [description: string, remedy: string][] {
  const faults: [string, string][] = [];
  const bounded = ["enum", "const", "format"].some((keyword) => keyword in schema);
  if (isOf(schema, "string") && !bounded && !isCount(schema.maxLength, MAX_DATA_TEXT_LENGTH)) {
    faults.push(["does not limit the text", `add maxLength, at most ${MAX_DATA_TEXT_LENGTH}`]);
  }
  if (typeof schema.pattern === "string") {
    if (!isCount(schema.maxLength, MAX_PATTERN_TEXT)) {
      faults.push(["has a pattern without a limit", `add maxLength, at most ${MAX_PATTERN_TEXT}`]);
    }
    const fault = patternFault(schema.pattern);
    if (fault !== undefined) faults.push([fault, "write a simpler pattern"]);
  }
  if (isObject(schema.properties)) {
    const names = Object.keys(schema.properties);
    for (const name of Array.isArray(schema.required) ? schema.required : []) {
      if (!names.includes(name)) faults.push([`requires ${name}, which it does not define`, "correct the name"]);
    }
  }
  return faults;
}

function isObject(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isOf(schema: Schema, type: string): boolean {
  return [schema.type].flat().includes(type);
}

function isCount(value: unknown, most: number): boolean {
  return typeof value === "number" && value <= most;
}
