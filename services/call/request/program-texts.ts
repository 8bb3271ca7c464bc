import { pointerTo } from "../../domain/json-pointer.ts";
import type { FieldViolation } from "../../domain/refusal.ts";
import { MAX_DATA_TEXT_LENGTH, type TextFault, textFault } from "../../domain/text-rule.ts";
import { MAX_DEPTH } from "./request-limits.ts";

/** Members of JSON that are no texts which people read: regular expressions, paths, and media in Base64. */
const NO_TEXTS: ReadonlySet<string> = new Set(["pattern", "d", "data"]);
const PEM = /^\s*(?:-----BEGIN ([A-Z0-9 ]+)-----\s[A-Za-z0-9+/=\s]+-----END \1-----\s*)+$/;

/**
 * Violations in a text of a field `*_json`: it is one JSON text, at most 100 values deep, and each text and name in it holds the rule of
 * texts, but that spaces may stand at its ends and lines in it. Each stands under its JSON pointer (RFC 6901) behind the field.
 */
export function jsonViolations(text: string, field: string): FieldViolation[] {
  if (text === "") return [];
  try {
    return violationsIn(JSON.parse(text), field, 1);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const localized = "不是合法的JSON，请检查引号、逗号和括号";
    return [{ field, description: `is not JSON: ${error.message}`, remedy: "send well-formed JSON", localized }];
  }
}

/** Why a text of a field `*_pem` is refused: it holds PEM blocks (RFC 7468) and nothing beside them. */
export function pemFault(text: string): TextFault | undefined {
  if (text === "" || PEM.test(text)) return undefined;
  return {
    description: "is not PEM",
    remedy: "send the text from -----BEGIN to -----END as the authority issued it, not the name of a file",
    localized: "不是PEM文本，请原样提供从-----BEGIN到-----END的内容（不是文件名）",
  };
}

function violationsIn(value: unknown, field: string, depth: number): FieldViolation[] {
  if (depth > MAX_DEPTH) {
    const localized = `JSON嵌套超过${MAX_DEPTH}层，请减少嵌套`;
    const description = `has more than ${MAX_DEPTH} values inside each other`;
    return [{ field, description, remedy: "send less deep JSON", localized }];
  }
  if (typeof value === "string") {
    const fault = textFault(value, { max: Number.POSITIVE_INFINITY, lines: true, edges: true });
    return fault === undefined ? [] : [{ field, ...fault }];
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => {
    const at = pointerTo(field, name);
    const fault = textFault(name, { max: MAX_DATA_TEXT_LENGTH });
    if (fault !== undefined) return [{ field, ...fault, description: `a name of a member: ${fault.description}` }];
    return NO_TEXTS.has(name) && typeof member === "string" ? [] : violationsIn(member, at, depth + 1);
  });
}
