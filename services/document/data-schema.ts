import { BoundedMemory } from "../base/bounded-memory.ts";
import { sha256Hex } from "../domain/canonical.ts";
import { citizenIdFault } from "../domain/citizen-id.ts";
import { isCivilDate } from "../domain/civil-date.ts";
import { divisionFault } from "../domain/division.ts";
import { Refusal } from "../domain/refusal.ts";
import { socialCreditCodeFault } from "../domain/social-credit-code.ts";
import { schemaValidator } from "./ajv.ts";
import { guardSchema } from "./schema-guard.ts";
import type { SchemaViolation, TextFormat } from "./schema-violation.ts";
import { violationsOf } from "./schema-violation.ts";

/** Checks business data: every violation at once (the first 100), each with a JSON pointer from `/data` on; none if the data are good. */
export type DataCheck = (data: unknown) => SchemaViolation[];

const MAX_SCHEMA_LENGTH = 200_000;
const MAX_CACHED = 256;
/** Data that are wrong through and through are not reported to the last comma. */
const MAX_VIOLATIONS = 100;

/** Formats that a schema of data items may name. */
const FORMATS: Readonly<Record<string, TextFormat>> = {
  date: {
    fault: (text) => (isCivilDate(text) ? undefined : "is not a day of the calendar"),
    reason: "DATA_INVALID",
    remedy: "provide it as yyyy-MM-dd",
    localized: "日期不存在，应为yyyy-MM-dd，例如2026-01-31",
  },
  "social-credit-code": {
    fault: socialCreditCodeFault,
    reason: "CODE_INVALID",
    remedy: "check the code and its last character",
    localized: "统一社会信用代码错误，请核对18位代码及末位校验码",
  },
  "citizen-id": {
    fault: citizenIdFault,
    reason: "CODE_INVALID",
    remedy: "check the number and its last character",
    localized: "公民身份号码错误，请核对18位号码及末位校验码",
  },
  "division-code": {
    fault: divisionFault,
    reason: "DATA_INVALID",
    remedy: "provide 6 to 12 digits",
    localized: "行政区划代码应为6至12位数字",
  },
};

const validator = schemaValidator({
  allErrors: true,
  strict: true,
  strictRequired: false,
  // Errors carry the value, so that a format can say what is wrong with it. Values never reach a description.
  verbose: true,
  formats: Object.fromEntries(
    Object.entries(FORMATS).map(([name, { fault }]) => [name, (text: string) => fault(text) === undefined]),
  ),
});

const cache = new BoundedMemory<string, DataCheck>(MAX_CACHED);

/**
 * Compiles the schema of an item's data items (数据项标准): JSON Schema 2020-12, within the bounds of `schema-guard.ts`.
 * Compiled schemas are kept by digest. Throws `INVALID_FIELD` with every fault of the schema. The check reports unknown
 * members as `UNKNOWN_FIELD`, wrong codes as `CODE_INVALID` and all else as `DATA_INVALID`.
 */
export function compileDataSchema(schemaJson: string): DataCheck {
  return cache.recall(sha256Hex(schemaJson), () => compile(schemaJson));
}

/**
 * Holds business data to a check. Throws one refusal with all violations: its reason is theirs if they agree, else
 * `DATA_INVALID`.
 */
export function requireData(check: DataCheck, data: unknown): void {
  const violations = check(data);
  const [first] = violations;
  if (first === undefined) return;
  const reason = violations.every((violation) => violation.reason === first.reason) ? first.reason : "DATA_INVALID";
  const fields = violations.map(({ reason: _, ...violation }) => violation);
  throw new Refusal(reason, `${fields.length} violation(s) in the data, first: ${first.field} ${first.description}`, {
    fields,
  });
}

function compile(schemaJson: string): DataCheck {
  const ajv = validator();
  const schema = parseSchema(schemaJson);
  const faults = guardSchema(schema);
  if (faults.length === 0 && !ajv.validateSchema(schema))
    faults.push(...violationsOf(ajv.errors ?? [], "INVALID_FIELD"));
  if (faults.length > 0) {
    throw new Refusal("INVALID_FIELD", `data schema: ${faults.length} fault(s)`, {
      fields: faults.map(({ field, description, remedy, localized }) => ({ field, description, remedy, localized })),
    });
  }
  try {
    const accept = ajv.compile(schema);
    return (data) => {
      if (accept(data)) return [];
      const errors = (accept.errors ?? []).slice(0, MAX_VIOLATIONS);
      return violationsOf(errors, "DATA_INVALID", FORMATS).map((violation) => ({
        ...violation,
        field: `/data${violation.field}`,
      }));
    };
  } catch (cause) {
    // What ajv's strict mode finds: contradictory keywords, unknown formats, broken patterns, dangling references.
    const description = cause instanceof Error ? cause.message : "cannot be compiled";
    throw new Refusal("INVALID_FIELD", `data schema: ${description}`, {
      fields: [
        { field: "/", description, remedy: "correct the schema", localized: "数据项标准有误，请按JSON Schema更正" },
      ],
      cause,
    });
  } finally {
    ajv.removeSchema(schema);
  }
}

function parseSchema(schemaJson: string): object {
  const refuse = (description: string): Refusal =>
    new Refusal("INVALID_FIELD", `data schema: ${description}`, {
      fields: [
        {
          field: "/",
          description,
          remedy: "provide a JSON Schema object",
          localized: "不是数据项标准，请提供长度合规的JSON Schema对象",
        },
      ],
    });
  if (schemaJson.length > MAX_SCHEMA_LENGTH) throw refuse(`has more than ${MAX_SCHEMA_LENGTH} characters`);
  try {
    const schema: unknown = JSON.parse(schemaJson);
    if (typeof schema === "object" && schema !== null) return schema;
  } catch {
    throw refuse("is not JSON");
  }
  throw refuse("is not an object");
}
