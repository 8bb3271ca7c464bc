import type { ErrorObject } from "ajv";
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
    reason,
  });
  const list = (values: unknown): string => (values as unknown[]).map((value) => JSON.stringify(value)).join(", ");
  switch (keyword) {
    case "additionalProperties":
    case "unevaluatedProperties": {
      const property = String(params.additionalProperty ?? params.unevaluatedProperty);
      return at(`${instancePath}/${escapePointer(property)}`, "UNKNOWN_FIELD", "is not defined", "leave it out");
    }
    case "required":
    case "dependentRequired": {
      const property = String(params.missingProperty);
      return at(`${instancePath}/${escapePointer(property)}`, otherwise, "is missing", "provide it");
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

function escapePointer(name: string): string {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}
