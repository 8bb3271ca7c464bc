import type { Json } from "../../domain/canonical.ts";
import { FILE_LIMITS, type Table, tooMuch, unreadable } from "./table.ts";

/** Reads a JSON list of objects as a table: its columns are the members that any of them has. Refuses what is none. */
export function jsonTable(bytes: Uint8Array): Table {
  const list = parsed(bytes);
  if (!Array.isArray(list)) throw noList("it is no list");
  if (list.length > FILE_LIMITS.rows) throw tooMuch("rows", FILE_LIMITS.rows, "行数");
  const header = new Set<string>();
  for (const [index, one] of list.entries()) {
    if (typeof one !== "object" || one === null || Array.isArray(one))
      throw noList(`element ${index + 1} is no object`);
    for (const member of Object.keys(one)) header.add(member);
    if (header.size > FILE_LIMITS.columns) throw tooMuch("members", FILE_LIMITS.columns, "成员数");
  }
  const names = [...header];
  return {
    read(reader) {
      reader.header(names);
      for (const [index, one] of list.entries()) {
        const object = one as { [member: string]: Json };
        // A member that this one does not have is told apart from an empty one: it stays as it is.
        const cells = names.map((name) => (Object.hasOwn(object, name) ? object[name] : undefined) as Json);
        reader.row({ row: index + 1, cells });
      }
    },
  };
}

function parsed(bytes: Uint8Array): Json {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) as Json;
  } catch (cause) {
    throw noList(cause instanceof TypeError ? "it is not UTF-8" : "it is no JSON");
  }
}

function noList(what: string) {
  return unreadable(
    `${what}: a list of objects is wanted`,
    "write [{…}, {…}] in UTF-8",
    "应为UTF-8编码的JSON对象列表，例如[{…}, {…}]",
  );
}
