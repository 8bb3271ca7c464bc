import type { JsonObject, JsonValue } from "@bufbuild/protobuf";
import { EXIT } from "../exit-code.ts";
import { operatorOf } from "../operator-call.ts";
import type { Asked, Group, ListAction } from "./action.ts";
import { type FeedCommand, feedHelp, parseFeed } from "./arguments.ts";
import { calledJson, listed } from "./caller.ts";
import { GROUPS } from "./groups.ts";
import { amend, putFiles } from "./put.ts";
import { table } from "./table.ts";

/** The command of a group. */
export function feedOf(word: string): (args: readonly string[]) => Promise<number> {
  return (args) => feed(GROUPS[word] as Group, args);
}

/** Help of a group. */
export function helpOfGroup(word: string): string {
  return feedHelp(GROUPS[word] as Group);
}

/** Runs `ecert WORD ACTION …`: what an operator puts into the registry and the catalog of a node, and reads there. */
async function feed(group: Group, args: readonly string[]): Promise<number> {
  const command = parseFeed(group, args, process.env);
  const operator = operatorOf(command);
  const asked = { arguments: command.arguments, options: command.options, operator, server: command.server };
  try {
    await done(group, command, asked);
    return EXIT.valid;
  } finally {
    await operator.close();
  }
}

async function done(group: Group, { action, json }: FeedCommand, asked: Asked): Promise<void> {
  switch (action.kind) {
    case "put":
      return putFiles(asked, action, (answer, filed) =>
        print(
          json
            ? jsonText(answer)
            : storedText(group, action.keys, answer[action.record] ?? filed[action.record], answer),
        ),
      );
    case "amend": {
      const answer = await amend(asked, action);
      return print(json ? jsonText(answer) : storedText(group, action.keys, answer[action.record], answer));
    }
    case "get":
      return print(jsonText(await calledJson(asked, action.method, membersOf(action.keys, asked))));
    case "call": {
      const options = Object.entries(action.options ?? {}).flatMap(([option]): [string, JsonValue][] => {
        const value = asked.options[option];
        return value === undefined ? [] : [[action.members?.[option] ?? option, value]];
      });
      const request = { ...membersOf(action.keys, asked), ...Object.fromEntries(options) };
      const answer = await calledJson(asked, action.method, request);
      return print(json ? jsonText(answer) : `完成 · done: ${asked.arguments.join(" ")}\n`);
    }
    case "list":
      return print(await listText(asked, action, json));
    case "run": {
      const answer = await action.run(asked);
      return print(json ? jsonText(answer.json) : answer.text);
    }
  }
}

async function listText(asked: Asked, action: ListAction, json: boolean): Promise<string> {
  const { method, records, keys, columns, warning } = action;
  const found = await listed(asked, method, records, membersOf(keys, asked));
  if (json) return `${JSON.stringify(found, null, 2)}\n`;
  if (found.length === 0) return "没有记录 · none\n";
  const warnings = found.flatMap((record) => warning?.(record) ?? []);
  return [table(found, columns), ...warnings.map((line) => `${line}\n`)].join("");
}

function membersOf(keys: readonly string[], asked: Asked): JsonObject {
  return Object.fromEntries(keys.map((key, at) => [key, asked.arguments[at] as string]));
}

function storedText(
  { word }: Group,
  keys: readonly string[],
  record: JsonValue | undefined,
  answer: JsonObject,
): string {
  const held = (record ?? {}) as JsonObject;
  const lines = [`已保存 · stored: ${word} ${keys.map((key) => held[key]).join(" ")}`];
  if (typeof answer.secret === "string" && answer.secret !== "") lines.push(`密钥 secret: ${answer.secret}`);
  if (typeof answer.secretFile === "string") lines.push(`密钥文件 secret in: ${answer.secretFile}`);
  return `${lines.join("\n")}\n`;
}

function jsonText(answer: JsonObject): string {
  return `${JSON.stringify(answer, null, 2)}\n`;
}

function print(text: string): void {
  process.stdout.write(text);
}
