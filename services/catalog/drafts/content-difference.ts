import type { Json, JsonObject } from "../../domain/canonical.ts";
import { differencesOf } from "../../domain/json-difference.ts";
import type { ToldDifference } from "../stored/drafts.ts";

/** What people call the members of a content, by their names in JSON. */
const MEMBERS: Readonly<Record<string, string>> = {
  name: "证照名称",
  typeCode: "证照类型代码",
  definingAuthority: "证照定义机构",
  holderKind: "持证主体类别",
  holdersMin: "最少持证主体数",
  holdersMax: "最多持证主体数",
  validityRuleJson: "有效期规则",
  dataSchemaJson: "数据项标准",
  faceTemplateJson: "照面模板",
  exampleJson: "证照样例",
  bindings: "与元数据一致的数据项",
  issuingLevels: "颁发层级",
  issuingBodies: "颁发机构",
  sealSamples: "印章图样",
  keeperCode: "目录登记部门",
  retired: "停用",
};

/**
 * 4.3.4: what a content says otherwise than the one before, at most `limit` places, each with its place in words; members that hold JSON are
 * gone into.
 */
export function contentDifferences(
  before: JsonObject,
  after: JsonObject,
  limit: number,
): { differences: ToldDifference[]; more: number } {
  const [old, now] = [openedContent(before), openedContent(after)];
  const { differences, more } = differencesOf(old, now, limit);
  const told = differences.map((one) => ({ ...one, label: labelOf(one.pointer, one.kind === "removed" ? old : now) }));
  return { differences: told.filter(({ pointer }) => pointer.length <= MAX_POINTER), more: more + tooLong(told) };
}

/** A place that is named longer than this is counted, and not told. */
const MAX_POINTER = 400;
const MAX_LABEL = 100;

function tooLong(differences: readonly ToldDifference[]): number {
  return differences.filter(({ pointer }) => pointer.length > MAX_POINTER).length;
}

/** A content whose members that hold JSON are what they hold; text that is no JSON stays text. */
export function openedContent(content: JsonObject): JsonObject {
  const members = Object.entries(content).map(([key, value]) => [key, key.endsWith("Json") ? parsed(value) : value]);
  return Object.fromEntries(members) as JsonObject;
}

function parsed(value: Json | undefined): Json {
  try {
    return JSON.parse(String(value)) as Json;
  } catch {
    return String(value);
  }
}

/** 数据项标准·住所: the member, and the title of the data item where the place is within one. */
function labelOf(pointer: string, content: JsonObject): string {
  const [, member = "", ...path] = pointer.split("/").map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
  const name = MEMBERS[member] ?? member;
  const item = member === "dataSchemaJson" && path[0] === "properties" ? path[1] : undefined;
  const shown = item ?? (member === "exampleJson" ? path[0] : undefined);
  const label = shown === undefined ? name : `${name}·${titleOf(content, shown)}`;
  return label.length <= MAX_LABEL ? label : `${label.slice(0, MAX_LABEL - 1).toWellFormed()}…`;
}

function titleOf({ dataSchemaJson }: JsonObject, item: string): string {
  const title = member(member(member(dataSchemaJson, "properties"), item), "title");
  return typeof title === "string" ? title : item;
}

function member(value: Json | undefined, key: string): Json | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value) || !Object.hasOwn(value, key))
    return undefined;
  return value[key];
}
