import type { DescMessage, MessageShape } from "@bufbuild/protobuf";
import { pathToString } from "@bufbuild/protobuf/reflect";
import type { FieldMask } from "@bufbuild/protobuf/wkt";
import { createValidator, type Violation } from "@bufbuild/protovalidate";
import { type FieldViolation, Refusal } from "../../domain/refusal.ts";
import { ruleTold } from "./rule-told.ts";

/** Patterns of the contracts as they are matched. */
const patterns = new Map<string, RegExp>();

/**
 * Matches by the engine of the runtime, a tenth of the validator's own. The patterns are those of the contracts, which both engines read
 * alike and which no text makes slow, but for white space: here it is what the validator takes for it, and no more.
 */
function matches(pattern: string, text: string): boolean {
  const known = patterns.get(pattern) ?? new RegExp(pattern.replaceAll("\\s", "\\t\\n\\f\\r "), "u");
  patterns.set(pattern, known);
  return known.test(text);
}

const validator = createValidator({ regexMatch: matches });

/**
 * Checks a message against the field rules of its contract. Throws `INVALID_FIELD` with every violation at once, each with
 * field path, description, remedy and the same in Chinese. Members of a record that the mask of a request does not name are left to the handler.
 */
export function checkFieldRules<D extends DescMessage>(schema: D, message: MessageShape<D>): void {
  const result = validator.validate(schema, message);
  if (result.kind === "valid") return;
  if (result.kind === "error") throw result.error;
  const named = namedMembers(message);
  const fields = result.violations.filter(({ field }) => !named || concerns(field, named)).map(fieldViolation);
  if (fields.length === 0) return;
  const first = fields[0];
  const more = fields.length > 1 ? ` (and ${fields.length - 1} more)` : "";
  throw new Refusal("INVALID_FIELD", `${first?.field}: ${first?.description}${more}`, { fields });
}

/** Members of the record that a request replaces, by its mask. Undefined: all. */
function namedMembers(message: object): ReadonlySet<string> | undefined {
  const mask = "updateMask" in message ? (message.updateMask as FieldMask | undefined) : undefined;
  return mask && mask.paths.length > 0 ? new Set(mask.paths) : undefined;
}

/** Whether a violation is of what the request says. What it leaves as it is the handler holds to the rules, together with that. */
function concerns(field: Violation["field"], named: ReadonlySet<string>): boolean {
  const [, member] = field.filter((part) => part.kind === "field");
  return member === undefined || named.has(member.name);
}

function fieldViolation({ field, message, ruleId }: Violation): FieldViolation {
  const last = field.findLast((part) => part.kind === "field");
  return {
    field: pathToString(field),
    description: message || `breaks the rule ${ruleId}`,
    ...ruleTold(ruleId, message, last),
  };
}
