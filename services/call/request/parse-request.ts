import {
  type DescMessage,
  fromBinary,
  fromJson,
  type JsonValue,
  type Message,
  type MessageShape,
} from "@bufbuild/protobuf";
import { type FieldViolation, Refusal } from "../../domain/refusal.ts";
import { checkJsonStructure } from "./json-structure.ts";
import { withJsonTexts } from "./json-texts.ts";
import { checkStructure } from "./request-structure.ts";
import { unreadableFields } from "./unreadable-fields.ts";

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
    const localizedDetail = `请求体不是${schema.typeName}的protobuf编码，请按接口约定编码`;
    const message = `the request is not a ${schema.typeName}: encode it by the contract`;
    throw new Refusal("INVALID_FIELD", message, { cause, localizedDetail });
  }
}

/**
 * Parses the JSON form of a request (UTF-8); nothing at all is an empty request. Throws `UNKNOWN_FIELD` with the fields that the
 * contract does not have, `INVALID_FIELD` where a known one cannot be read or the bytes are not UTF-8, or `TOO_LARGE` where it is made of too much. Binary
 * requests may carry unknown fields, since a newer client sends them; in JSON they are nearly always a slip of the pen that would
 * change what is issued.
 */
export function parseJsonRequest(schema: DescMessage, bytes: Uint8Array): Message {
  checkJsonStructure(bytes);
  const text = utf8(bytes);
  let json: JsonValue;
  try {
    json = text === "" ? {} : JSON.parse(text);
  } catch (cause) {
    const localizedDetail = "请求体不是完整、合法的JSON，请检查引号、逗号和括号，且不要带字节顺序标记（BOM）";
    const message = `the body is not JSON: ${messageOf(cause)}: send well-formed JSON without a byte order mark`;
    throw new Refusal("INVALID_FIELD", message, { cause, localizedDetail });
  }
  return requestOfJson(schema, json);
}

/**
 * The request that JSON stands for. A field `*_json` may hold the JSON itself. Throws `UNKNOWN_FIELD` with the fields that the contract does not have, or
 * `INVALID_FIELD` where a known one cannot be read.
 */
export function requestOfJson<D extends DescMessage>(schema: D, given: JsonValue): MessageShape<D> {
  const json = withJsonTexts(schema, given);
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
    throw unreadable(schema, json, cause);
  }
}

/** The refusal of a message over the limit. */
export function tooLarge(size: number, maxBytes: number): Refusal {
  return new Refusal("TOO_LARGE", `the message has ${size} bytes, ${maxBytes} are allowed: send less, or split it`, {
    metadata: { size: String(size), limit: String(maxBytes), limit_name: "bytes" },
    localizedDetail: `请求有${size}字节，最多${maxBytes}字节，请减少内容或拆分请求`,
  });
}

/** A byte order mark stays, and is no JSON. Bytes of another encoding (GB 18030) must not become replacement characters in what is signed. */
function utf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    const localizedDetail = "请求体不是UTF-8编码，请以UTF-8（不是GBK、GB 18030）编码JSON";
    throw new Refusal("INVALID_FIELD", "the body is not UTF-8: encode the JSON in UTF-8", { cause, localizedDetail });
  }
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
      const localized = "未定义，请删除或更正名称";
      return [{ field: at, description: `${schema.typeName} has no such field`, remedy, localized }];
    }
    if (!field.message) return [];
    const inner = field.message;
    if (field.fieldKind === "message") return unknownFields(inner, value, at);
    if (typeof value !== "object" || value === null) return [];
    return Object.entries(value).flatMap(([index, item]) => unknownFields(inner, item, `${at}[${index}]`));
  });
}

function unreadable(schema: DescMessage, json: JsonValue, cause: unknown): Refusal {
  const fields = unreadableFields(schema, json);
  const [first] = fields;
  const told = first ? `${first.field}: ${first.description}` : "send a JSON object";
  return new Refusal("INVALID_FIELD", `the body is not the JSON form of ${schema.typeName}: ${told}`, {
    fields,
    cause,
    ...(first === undefined && { localizedDetail: `请求体应为JSON对象，其成员见接口约定的${schema.typeName}` }),
  });
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
