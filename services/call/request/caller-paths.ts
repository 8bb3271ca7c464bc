import type { DescMessage } from "@bufbuild/protobuf";
import { Refusal } from "../../domain/refusal.ts";

/**
 * A refusal with the paths of its fields as the caller spells them: `order.issueDate` for JSON, `order.issue_date` for protobuf, complete
 * from the request on where exactly one part of it has the field. JSON pointers into business data, and fields that the request does not
 * have, stay as they are.
 */
export function inCallersPaths(refusal: Refusal, request: DescMessage, json: boolean): Refusal {
  let { message, localized } = refusal;
  let changed = false;
  const fields = refusal.fields.map((violation) => {
    const field = callersPath(violation.field, request, json);
    if (field === violation.field) return violation;
    changed = true;
    message = message.replace(violation.field, field);
    localized = localized.replace(violation.field, field);
    return { ...violation, field };
  });
  if (!changed) return refusal;
  const { reason, metadata, retryAfterMs, cause } = refusal;
  const told = { fields, metadata, localized, cause, ...(retryAfterMs !== undefined && { retryAfterMs }) };
  return new Refusal(reason, message, told);
}

function callersPath(path: string, request: DescMessage, json: boolean): string {
  // Behind a field of JSON stands a pointer into it.
  const [, fields = "", pointer = ""] = /^([^/]*)(\/.*)?$/s.exec(path) ?? [];
  if (fields === "") return path;
  const spelt = spelling(fields, request, json);
  if (spelt !== undefined) return spelt + pointer;
  const inside = request.fields.flatMap((field) => {
    const rest = field.fieldKind === "message" ? spelling(fields, field.message, json) : undefined;
    return rest === undefined ? [] : [`${json ? field.jsonName : field.name}.${rest}`];
  });
  return inside.length === 1 ? (inside[0] as string) + pointer : path;
}

/** A path in the spelling of JSON or protobuf; `undefined` where the message does not have its first field. */
function spelling(path: string, schema: DescMessage, json: boolean): string | undefined {
  const [, name = "", index = "", rest] = /^(\w+)((?:\[[^\]]*\])?)(?:\.(.*))?$/s.exec(path) ?? [];
  const field = schema.fields.find((one) => one.name === name || one.jsonName === name);
  if (!field) return undefined;
  const own = (json ? field.jsonName : field.name) + index;
  if (rest === undefined) return own;
  return `${own}.${(field.message && spelling(rest, field.message, json)) ?? rest}`;
}
