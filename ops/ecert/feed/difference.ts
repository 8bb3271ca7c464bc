import { type DescMessage, type JsonObject, type JsonValue, type Message, toJson } from "@bufbuild/protobuf";
import { canonicalJson, type Json } from "../../../services/domain/canonical.ts";
import { Refusal } from "../../../services/domain/refusal.ts";
import type { Asked } from "./action.ts";
import { calledJson } from "./caller.ts";
import type { Described } from "./department-file.ts";

/** A member that would change. */
export interface MemberChange {
  member: string;
  from: JsonValue;
  to: JsonValue;
}

/** What a record of a file comes to at the node. */
export interface Difference {
  word: string;
  key: string;
  change: "added" | "changed" | "same";
  members: MemberChange[];
}

/** Records that are put whole: what a file leaves out of these members is emptied, so it is compared as well. */
const WHOLE: Readonly<Record<string, readonly string[]>> = { account: ["name", "departmentCode", "roles", "disabled"] };

/** Compares a record of a file with what the node has: the members that the file names, and no others. */
export async function differenceOf(asked: Asked, { word, get, put, record, request }: Described): Promise<Difference> {
  const keys = put.keys.map((key) => String(record[key]));
  const key = keys.join(" ");
  const wanted = wholeRecord(put.method.input, request, put.record);
  const whole = WHOLE[word];
  const named = (member: string) => whole?.includes(member) ?? Object.keys(record).some((one) => camel(one) === member);
  const asks = Object.fromEntries(get.keys.map((one, index) => [one, keys[index] as string]));
  const old = await calledJson(asked, get.method, asks).catch((error: unknown) => {
    if (error instanceof Refusal && error.reason.endsWith("_UNKNOWN")) return undefined;
    throw error;
  });
  const stored = old && (old[put.record] as JsonObject);
  if (!stored) {
    const members = Object.keys(wanted)
      .filter(named)
      .map((member) => ({ member, from: null, to: wanted[member] ?? null }));
    return { word, key, change: "added", members };
  }
  const members = Object.keys(wanted)
    .filter(
      (member) => named(member) && canonicalJson(stored[member] as Json) !== canonicalJson(wanted[member] as Json),
    )
    .map((member) => ({ member, from: stored[member] ?? null, to: wanted[member] ?? null }));
  return { word, key, change: members.length > 0 ? "changed" : "same", members };
}

function wholeRecord(schema: DescMessage, request: Message, record: string): JsonObject {
  const json = toJson(schema, request, { alwaysEmitImplicit: true }) as JsonObject;
  return json[record] as JsonObject;
}

function camel(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** Values are cut for people: certificates and pictures are long. */
const SHOWN = 60;

/** A difference as people read it: `+` is new, `~` changes, `=` is so already. */
export function differenceText({ word, key, change, members }: Difference): string {
  if (change === "same") return `= ${word} ${key}\n`;
  if (change === "added") return `+ ${word} ${key}\n`;
  const lines = members.map(({ member, from, to }) => `    ${member}: ${shown(from)} → ${shown(to)}\n`);
  return `~ ${word} ${key}\n${lines.join("")}`;
}

function shown(value: JsonValue): string {
  const text = JSON.stringify(value);
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN).toWellFormed()}… (${text.length})`;
}
