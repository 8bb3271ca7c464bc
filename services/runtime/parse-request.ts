import { type DescMessage, fromBinary, fromJson, type JsonValue, type Message } from "@bufbuild/protobuf";
import { type FieldViolation, Refusal } from "../domain/refusal.ts";
import { checkJsonStructure } from "./json-structure.ts";
import { checkStructure } from "./request-structure.ts";

/** Unknown fields that one refusal names; the rest are counted in its metadata, `fields_omitted`. */
const TOLD = 100;

/**
 * Parses a binary request. Throws `TOO_LARGE` over `maxBytes`, or where it is made of more than the loop may parse at once, and
 * `INVALID_FIELD` where the bytes are no such message.
 */
export function parseRequest(schema: DescMessage, bytes: Uint8Array, maxBytes: number): Message {
  if (bytes.length > maxBytes) throw tooLarge(bytes.length, maxBytes);
  checkStructure(schema, bytes);
  try {
    return fromBinary(schema, bytes);
  } catch (cause) {
    throw new Refusal("INVALID_FIELD", `the request is not a ${schema.typeName}: check the contract`, { cause });
  }
}

/**
 * Parses the JSON form of a request (UTF-8); nothing at all is an empty request. Throws `UNKNOWN_FIELD` with the fields that the
 * contract does not have, `INVALID_FIELD` where a known one cannot be read, or `TOO_LARGE` where it is made of too much. Binary
 * requests may carry unknown fields, since a newer client sends them; in JSON they are nearly always a slip of the pen that would
 * change what is issued.
 */
export function parseJsonRequest(schema: DescMessage, bytes: Uint8Array): Message {
  checkJsonStructure(bytes);
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("utf8");
  let json: JsonValue;
  try {
    json = text === "" ? {} : JSON.parse(text);
  } catch (cause) {
    throw new Refusal("INVALID_FIELD", `the body is not JSON: ${messageOf(cause)}`, { cause });
  }
  try {
    return fromJson(schema, json, { ignoreUnknownFields: false });
  } catch (cause) {
    const unknown = unknownFields(schema, json, "");
    if (unknown.length > 0) {
      const [first] = unknown;
      const metadata = unknown.length > TOLD ? { fields_omitted: String(unknown.length - TOLD) } : {};
      const fields = unknown.slice(0, TOLD);
      throw new Refusal("UNKNOWN_FIELD", `${first?.field}: ${first?.description}`, { fields, metadata, cause });
    }
    throw unreadable(schema, messageOf(cause), cause);
  }
}

/** The refusal of a message over the limit. */
export function tooLarge(size: number, maxBytes: number): Refusal {
  return new Refusal("TOO_LARGE", `the message has ${size} bytes, ${maxBytes} are allowed: send less, or split it`, {
    metadata: { size: String(size), limit: String(maxBytes), limit_name: "bytes" },
  });
}

function unknownFields(schema: DescMessage, json: JsonValue, path: string): FieldViolation[] {
  if (typeof json !== "object" || json === null || Array.isArray(json)) return [];
  // Google's own types have JSON forms of their own.
  if (schema.typeName.startsWith("google.protobuf.")) return [];
  return Object.entries(json).flatMap(([key, value]): FieldViolation[] => {
    const field = schema.fields.find(({ jsonName, name }) => jsonName === key || name === key);
    const at = path === "" ? key : `${path}.${key}`;
    if (!field) {
      const remedy = "remove it, or correct its name by the contract";
      return [{ field: at, description: `${schema.typeName} has no such field`, remedy }];
    }
    if (!field.message) return [];
    const inner = field.message;
    if (field.fieldKind === "message") return unknownFields(inner, value, at);
    if (typeof value !== "object" || value === null) return [];
    return Object.entries(value).flatMap(([index, item]) => unknownFields(inner, item, `${at}[${index}]`));
  });
}

/** The library tells the field only in its message: `cannot decode field <type>.<field> from JSON: <why>`. */
function unreadable(schema: DescMessage, message: string, cause: unknown): Refusal {
  const [, field, why] = /^cannot decode field [\w.]+\.(\w+) from JSON: (.*)$/s.exec(message) ?? [];
  const fields = field && why ? [{ field, description: why, remedy: "send the form that the contract asks for" }] : [];
  return new Refusal("INVALID_FIELD", `the body is not the JSON form of ${schema.typeName}: ${message}`, {
    fields,
    cause,
  });
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
