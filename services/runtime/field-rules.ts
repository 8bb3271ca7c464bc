import type { DescMessage, MessageShape } from "@bufbuild/protobuf";
import { pathToString } from "@bufbuild/protobuf/reflect";
import { createValidator, type Violation } from "@bufbuild/protovalidate";
import { type FieldViolation, Refusal } from "../domain/refusal.ts";

const validator = createValidator();

/** Remedies by rule; `{}` stands for what the rule says. */
const REMEDIES: readonly [RegExp, string][] = [
  [/^required$/, "fill this field in"],
  [/\.pattern$/, "follow the pattern that the contract gives for this field"],
  [/\.(min_len|min_bytes|len|min_items|min_pairs)$/, "send more"],
  [/\.(max_len|max_bytes|max_items|max_pairs)$/, "send less, or split the request"],
  [/\.(gte|gt|lte|lt|gte_lte|gt_lt|const|in|not_in|defined_only)/, "choose a value that the contract allows"],
  [/\.unique$/, "remove the repetition"],
];

/**
 * Checks a message against the field rules of its contract. Throws `INVALID_FIELD` with every violation at once, each with
 * field path, description and remedy.
 */
export function checkFieldRules<D extends DescMessage>(schema: D, message: MessageShape<D>): void {
  const result = validator.validate(schema, message);
  if (result.kind === "valid") return;
  if (result.kind === "error") throw result.error;
  const fields = result.violations.map(fieldViolation);
  const first = fields[0];
  const more = fields.length > 1 ? ` (and ${fields.length - 1} more)` : "";
  throw new Refusal("INVALID_FIELD", `${first?.field}: ${first?.description}${more}`, { fields });
}

function fieldViolation({ field, message, ruleId }: Violation): FieldViolation {
  const remedy = REMEDIES.find(([rule]) => rule.test(ruleId))?.[1] ?? "send what the contract asks for";
  return { field: pathToString(field), description: message || `breaks the rule ${ruleId}`, remedy };
}
