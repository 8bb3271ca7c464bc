import type { ErrorObject } from "ajv";
import { pointerTo } from "../domain/json-pointer.ts";
import type { Reason } from "../domain/reason.ts";
import type { FieldViolation } from "../domain/refusal.ts";

/** A violation found by a JSON Schema, with the reason that fits it. */
export interface SchemaViolation extends FieldViolation {
  reason: Reason;
}

/** A named format of texts: why a text does not have it, `undefined` where it does; the reason and remedy of refusals. */
export interface TextFormat {
  fault(text: string): string | undefined;
  reason: Reason;
  remedy: string;
  /** What it asks for, in Chinese. */
  localized: string;
}

/**
 * Turns ajv's errors into violations, one per fault: errors of `oneOf` branches and the like are left out where the
 * inner ones tell more. `otherwise` is the reason of all faults but unknown fields and formats. Formats are explained
 * only if ajv was told to be verbose.
 */
export function violationsOf(
  errors: readonly ErrorObject[],
  otherwise: Reason,
  formats: Readonly<Record<string, TextFormat>> = {},
): SchemaViolation[] {
  const telling = errors.filter((error) => !["oneOf", "anyOf", "allOf", "if"].includes(error.keyword));
  const violations = (telling.length > 0 ? telling : errors).map((error) => describe(error, otherwise, formats));
  const seen = new Set<string>();
  return violations.filter(({ field, description }) => {
    const key = `${field}\n${description}`;
    return !seen.has(key) && seen.add(key);
  });
}

function describe(
  error: ErrorObject,
  otherwise: Reason,
  formats: Readonly<Record<string, TextFormat>>,
): SchemaViolation {
  const { keyword, params, instancePath } = error;
  const at = (field: string, reason: Reason, description: string, remedy: string): SchemaViolation => ({
    field,
    description,
    remedy,
    localized: localizedOf(error, formats),
    reason,
  });
  const list = (values: unknown): string => (values as unknown[]).map((value) => JSON.stringify(value)).join(", ");
  switch (keyword) {
    case "additionalProperties":
    case "unevaluatedProperties": {
      const property = String(params.additionalProperty ?? params.unevaluatedProperty);
      return at(pointerTo(instancePath, property), "UNKNOWN_FIELD", "is not defined", "leave it out");
    }
    case "required":
    case "dependentRequired": {
      const property = String(params.missingProperty);
      return at(pointerTo(instancePath, property), otherwise, "is missing", "provide it");
    }
    case "enum":
      return at(
        instancePath,
        otherwise,
        "is not one of the allowed values",
        `use one of ${list(params.allowedValues)}`,
      );
    case "const":
      return at(
        instancePath,
        otherwise,
        "has another value than required",
        `use ${JSON.stringify(params.allowedValue)}`,
      );
    case "type":
      return at(instancePath, otherwise, "has the wrong type", `provide ${[params.type].flat().join(" or ")}`);
    case "minLength":
      return at(instancePath, otherwise, "is too short", `provide at least ${params.limit} characters`);
    case "maxLength":
      return at(instancePath, otherwise, "is too long", `provide at most ${params.limit} characters`);
    case "pattern":
      return at(instancePath, otherwise, "does not have the required form", `match ${params.pattern}`);
    case "format": {
      const format = formats[params.format];
      const fault = format?.fault(String(error.data)) ?? `is not a valid ${params.format}`;
      return at(instancePath, format?.reason ?? otherwise, fault, format?.remedy ?? `provide a ${params.format}`);
    }
    case "minimum":
    case "maximum":
    case "exclusiveMinimum":
    case "exclusiveMaximum":
      return at(instancePath, otherwise, "is out of range", `provide a value ${params.comparison} ${params.limit}`);
    case "discriminator":
      return at(`${instancePath}/${params.tag}`, otherwise, "names no known kind", "see the reference for the kinds");
    default:
      return at(instancePath, otherwise, error.message ?? `breaks ${keyword}`, "see the item's data schema");
  }
}

/** A violation in Chinese: what is wrong, and what is asked for. */
function localizedOf({ keyword, params }: ErrorObject, formats: Readonly<Record<string, TextFormat>>): string {
  const list = (values: unknown): string => (values as unknown[]).map((value) => JSON.stringify(value)).join("、");
  switch (keyword) {
    case "additionalProperties":
    case "unevaluatedProperties":
      return "未定义，请删除";
    case "required":
    case "dependentRequired":
      return "缺少该项，请填写";
    case "enum":
      return `取值无效，应为${list(params.allowedValues)}之一`;
    case "const":
      return `取值无效，应为${JSON.stringify(params.allowedValue)}`;
    case "type":
      return `类型错误，应为${[params.type].flat().join("或")}`;
    case "minLength":
      return `过短，至少${params.limit}个字符`;
    case "maxLength":
      return `过长，至多${params.limit}个字符`;
    case "pattern":
      return `格式不符，应匹配${params.pattern}`;
    case "format":
      return formats[params.format]?.localized ?? `格式不符，应为${params.format}`;
    case "minimum":
    case "maximum":
    case "exclusiveMinimum":
    case "exclusiveMaximum":
      return `超出范围，应${params.comparison} ${params.limit}`;
    default:
      return "不符合数据项标准";
  }
}
