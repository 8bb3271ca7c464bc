import type { DescMessage, JsonObject, Message } from "@bufbuild/protobuf";
import { nearestKey } from "../../../services/base/nearest-key.ts";
import { refuseArgument } from "../../../services/domain/refusal.ts";
import { isObject, readJson, requestIn } from "../request-file.ts";
import type { GetAction, Group, PutAction } from "./action.ts";
import { GROUPS } from "./groups.ts";

/** Groups that a file for `ecert apply` may hold, in the order in which they are put: what others name comes first. */
export const WORDS = ["department", "app", "seal", "account", "matter", "opening"] as const;

/** One record of such a file. */
export interface Described {
  word: (typeof WORDS)[number];
  group: Group;
  put: PutAction;
  get: GetAction;
  /** As it is written: which members it names. */
  record: JsonObject;
  /** The whole request, as `put` files hold one. */
  json: JsonObject;
  request: Message;
  place: string;
}

/**
 * Reads a file that describes a whole department: a JSON object of the words of groups, each with a record or a list of them. All of it is read
 * before anything is sent. Throws `INVALID_FIELD` with the place of what is none.
 */
export function readDescribed(path: string): Described[] {
  const json = readJson(path);
  if (!isObject(json)) throw wrong(path, "不是对象 · is no object", `write {"department": {…}, "app": […], …}`);
  for (const word of Object.keys(json)) {
    if ((WORDS as readonly string[]).includes(word)) continue;
    const near = nearestKey(word, [...WORDS]);
    throw wrong(
      path,
      `没有 ${word} 一类 · knows no ${word}`,
      near ? `did you mean ${near}?` : `say one of ${WORDS.join(", ")}`,
    );
  }
  const all = WORDS.flatMap((word) => {
    const held = json[word];
    if (held === undefined) return [];
    const list = Array.isArray(held) ? held : [held];
    return list.map((record, index) =>
      described(word, record as JsonObject, path, Array.isArray(held) ? `[${index}]` : ""),
    );
  });
  if (all.length === 0) throw wrong(path, "没有内容 · describes nothing", `say one of ${WORDS.join(", ")}`);
  return all;
}

function described(word: Described["word"], record: JsonObject, path: string, at: string): Described {
  const place = `${path}: ${word}${at}`;
  const group = GROUPS[word] as Group;
  const { put, get } = group.actions as { put: PutAction; get: GetAction };
  if (!isObject(record))
    throw wrong(place, "不是对象 · is no object", `write the ${word} as \`ecert ${word} put\` takes it`);
  for (const key of put.keys)
    if (typeof record[key] !== "string")
      throw wrong(place, `缺少 ${key} · lacks ${key}`, "it tells which record is meant");
  const json = { [put.record]: record };
  const request = requestIn(put.method.input as DescMessage, json, path, place);
  return { word, group, put, get, record, json, request, place };
}

function wrong(place: string, description: string, remedy: string) {
  return refuseArgument("INVALID_FIELD", place, description, remedy);
}
