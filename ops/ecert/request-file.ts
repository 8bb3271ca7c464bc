import { readFileSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { type DescMessage, type JsonObject, type JsonValue, type MessageShape, ScalarType } from "@bufbuild/protobuf";
import { type ScalarField, withScalars } from "../../services/call/request/json-texts.ts";
import { requestOfJson } from "../../services/call/request/parse-request.ts";
import { Refusal, refuseArgument } from "../../services/domain/refusal.ts";

/** Largest file that is read: more than any request may have, photographs of an example included. */
const MAX_BYTES = 64 << 20;

/** A request as a file holds it. */
export interface FiledRequest<D extends DescMessage> {
  request: MessageShape<D>;
  /** As it is written: which members it names. */
  json: JsonObject;
  /** Where it stands, for people: the file, and the place in it where there are several. */
  place: string;
}

/**
 * Reads the requests of a file: the JSON form of one, or a list of them; `-` is the standard input. A field `*_json` may hold the JSON itself, and any text
 * or bytes may be taken from a file, `{"$file": "PATH"}`, relative to the file that says so. Throws `INVALID_FIELD` and `UNKNOWN_FIELD`, naming file and field.
 */
export function readRequests<D extends DescMessage>(schema: D, path: string): FiledRequest<D>[] {
  const json = readJson(path);
  const all = Array.isArray(json) ? json : [json];
  if (all.length === 0)
    throw refuseArgument("INVALID_FIELD", path, "列表为空 · holds no request", "write at least one");
  return all.map((one, index) => {
    const place = Array.isArray(json) ? `${path}[${index}]` : path;
    if (!isObject(one))
      throw refuseArgument("INVALID_FIELD", place, "不是对象 · is no object", `write a ${schema.name}`);
    return { request: requestIn(schema, one, path, place), json: one, place };
  });
}

/** Reads the one request of a file, like {@link readRequests}. */
export function readRequest<D extends DescMessage>(schema: D, path: string): MessageShape<D> {
  const [only, ...more] = readRequests(schema, path);
  if (only && more.length === 0) return only.request;
  throw refuseArgument("INVALID_FIELD", path, "含多个请求 · holds several requests", "write one request to a file");
}

/** Reads a file that holds JSON; `-` is the standard input. Throws `INVALID_FIELD`. */
export function readJson(path: string): JsonValue {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(readBytes(path, path)));
  } catch (cause) {
    if (cause instanceof Refusal) throw cause;
    const why = (cause as Error).message;
    throw refuseArgument("INVALID_FIELD", path, `不是 JSON · is not JSON: ${why}`, "write JSON in UTF-8");
  }
}

/** The request that JSON of a file at `path` means. Throws the refusal of what it breaks, naming `place`. */
export function requestIn<D extends DescMessage>(
  schema: D,
  json: JsonObject,
  path: string,
  place: string,
): MessageShape<D> {
  const directory = path === "-" ? "." : dirname(path);
  try {
    return requestOfJson(
      schema,
      withScalars(schema, json, (field, value) => fromFile(field, value, directory)),
    );
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    throw new Refusal(cause.reason, `${place}: ${cause.message}`, { fields: [...cause.fields], cause });
  }
}

function fromFile(field: ScalarField, value: JsonValue, directory: string): JsonValue {
  if (!isObject(value) || typeof value.$file !== "string" || Object.keys(value).length !== 1) return value;
  const bytes = readBytes(resolve(directory, value.$file), field.jsonName);
  if (field.scalar === ScalarType.BYTES) return bytes.toString("base64");
  return field.scalar === ScalarType.STRING ? bytes.toString("utf8") : value;
}

function readBytes(path: string, field: string): Buffer {
  try {
    if (path === "-") return readFileSync(0);
    if (statSync(path).size <= MAX_BYTES) return readFileSync(path);
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code ?? "unreadable";
    const remedy = "name a file that is there and readable";
    throw refuseArgument("INVALID_FIELD", field, `无法读取 ${path} · cannot read ${path} (${why})`, remedy);
  }
  const description = `${path} 超过上限 · has more than ${MAX_BYTES} bytes`;
  throw refuseArgument("TOO_LARGE", field, description, "no request may be so large");
}

/** Whether JSON is an object. */
export function isObject(json: JsonValue): json is JsonObject {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}
