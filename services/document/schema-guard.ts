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
  const add = (field: string, ...[description, remedy, localized]: Fault): void => {
    faults.push({ field: field || "/", description, remedy, localized });
  };
  const visit = (schema: unknown, at: string, depth: number): void => {
    if (typeof schema === "boolean") return;
    if (!isObject(schema)) {
      add(at, "is not a schema", "provide an object", "不是数据项标准，请提供JSON对象");
      return;
    }
    if (++count > MAX_SCHEMAS || depth > MAX_DEPTH) {
      add(at, "is too large or too deep", "simplify the schema", "过大或嵌套过深，请简化");
      return;
    }
    // Definitions that refer to each other could do so for ever.
    if ("$ref" in schema && at.startsWith("/$defs/"))
      add(at, "refers from within a definition", "write it out", "定义中又引用了定义，请直接写出");
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
  if (!isObject(root) || root.type !== "object")
    add("", "does not describe an object", 'give it "type": "object"', '描述的不是对象，请写明"type": "object"');
  visit(root, "", 0);
  return faults;
}

type Fault = [description: string, remedy: string, localized: string];

function schemaFaults(schema: Schema): Fault[] {
  const faults: Fault[] = [];
  for (const keyword of Object.keys(schema)) {
    if (!KEYWORDS.has(keyword))
      faults.push([
        `uses ${keyword}`,
        "use only the keywords that the reference lists",
        `不支持关键字${keyword}，请只用说明中列出的关键字`,
      ]);
  }
  if (typeof schema.$ref === "string" && !schema.$ref.startsWith("#/$defs/")) {
    faults.push(["refers outside the schema", "refer to #/$defs/…", "引用了外部内容，请只引用#/$defs/…"]);
  }
  if (isOf(schema, "object") && schema.additionalProperties !== false) {
    faults.push([
      "lets unknown members pass",
      'add "additionalProperties": false',
      '允许未定义的成员，请加上"additionalProperties": false',
    ]);
  }
  if (isOf(schema, "array") && !isCount(schema.maxItems, MAX_ITEMS)) {
    faults.push([
      "does not limit the list",
      `add maxItems, at most ${MAX_ITEMS}`,
      `未限制列表长度，请加上maxItems，最多${MAX_ITEMS}`,
    ]);
  }
  return [...faults, ...textFaults(schema)];
}

function textFaults(schema: Schema): Fault[] {
  const faults: Fault[] = [];
  const bounded = ["enum", "const", "format"].some((keyword) => keyword in schema);
  if (isOf(schema, "string") && !bounded && !isCount(schema.maxLength, MAX_DATA_TEXT_LENGTH)) {
    faults.push([
      "does not limit the text",
      `add maxLength, at most ${MAX_DATA_TEXT_LENGTH}`,
      `未限制文字长度，请加上maxLength，最多${MAX_DATA_TEXT_LENGTH}`,
    ]);
  }
  if (typeof schema.pattern === "string") {
    if (!isCount(schema.maxLength, MAX_PATTERN_TEXT)) {
      faults.push([
        "has a pattern without a limit",
        `add maxLength, at most ${MAX_PATTERN_TEXT}`,
        `有pattern而未限制长度，请加上maxLength，最多${MAX_PATTERN_TEXT}`,
      ]);
    }
    const fault = patternFault(schema.pattern);
    if (fault !== undefined) faults.push([fault, "write a simpler pattern", "pattern过于复杂，可能耗时过长，请简化"]);
  }
  if (isObject(schema.properties)) {
    const names = Object.keys(schema.properties);
    for (const name of Array.isArray(schema.required) ? schema.required : []) {
      if (!names.includes(name))
        faults.push([
          `requires ${name}, which it does not define`,
          "correct the name",
          `必填项${name}没有定义，请更正名称`,
        ]);
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
