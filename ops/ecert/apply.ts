import { join } from "node:path";
import { type JsonObject, toJson } from "@bufbuild/protobuf";
import { refuseArgument } from "../../services/domain/refusal.ts";
import { type ApplyCommand, parseApply } from "./apply-arguments.ts";
import { EXIT } from "./exit-code.ts";
import type { Asked } from "./feed/action.ts";
import { called } from "./feed/caller.ts";
import { type Described, readDescribed } from "./feed/department-file.ts";
import { type Difference, differenceOf, differenceText } from "./feed/difference.ts";
import { completed, keepingSecret, namingPlace } from "./feed/put.ts";
import { operatorOf } from "./operator-call.ts";

/** Words whose records the identity service keeps. */
const IDENTITY: ReadonlySet<string> = new Set(["app", "account"]);

/**
 * Runs `ecert apply`: looks at every record of the file first, and then puts those that are new or differ, in their order. The first that is refused ends it,
 * with its place; what was put before it stays, and the same file can be applied again.
 */
export async function apply(args: readonly string[]): Promise<number> {
  const command = parseApply(args, process.env);
  const described = readDescribed(command.file);
  const operator = operatorOf(command);
  const asked = ({ word }: Described): Asked => {
    const server = IDENTITY.has(word) ? command.identityServer : command.server;
    return { arguments: [], options: {}, operator, server };
  };
  try {
    const differences: Difference[] = [];
    for (const one of described) differences.push(await namingPlace(one.place, differenceOf(asked(one), one)));
    requireSecretFolder(command, differences);
    if (!command.json) for (const difference of differences) process.stdout.write(differenceText(difference));
    const kept: JsonObject[] = [];
    for (const [index, one] of command.dryRun ? [] : described.entries()) {
      const { change, key } = differences[index] as Difference;
      if (change === "same") continue;
      const file =
        one.word === "app" && change === "added" ? join(command.secrets as string, `${key}.secret`) : undefined;
      const answer = await keepingSecret(file, async () => {
        const request = completed(one.put, { request: one.request, json: one.json, place: one.place }, false);
        const stored = await namingPlace(one.place, called(asked(one), one.put.method, request));
        return toJson(one.put.method.output, stored, { alwaysEmitImplicit: true }) as JsonObject;
      });
      if (answer.secretFile) kept.push({ app: key, secretFile: answer.secretFile });
    }
    tell(command, differences, kept);
    return EXIT.valid;
  } finally {
    await operator.close();
  }
}

/** A secret is shown once: where it goes is known before the app is made. */
function requireSecretFolder({ secrets, dryRun }: ApplyCommand, differences: readonly Difference[]): void {
  const fresh = differences.filter(({ word, change }) => word === "app" && change === "added");
  if (dryRun || secrets !== undefined || fresh.length === 0) return;
  const description = `文件新增应用 ${fresh[0]?.key}，其密钥只显示一次 · app ${fresh[0]?.key} is new, and its secret is told once`;
  throw refuseArgument("INVALID_FIELD", "--secrets", description, "name a folder for it");
}

function tell(
  { json, dryRun }: ApplyCommand,
  differences: readonly Difference[],
  secrets: readonly JsonObject[],
): void {
  if (json) {
    process.stdout.write(`${JSON.stringify({ dryRun, differences, secrets }, null, 2)}\n`);
    return;
  }
  for (const { app, secretFile } of secrets) process.stdout.write(`密钥文件 secret of ${app} in: ${secretFile}\n`);
  const count = (change: string) => differences.filter((one) => one.change === change).length;
  const told = `新增 ${count("added")} 更改 ${count("changed")} 一致 ${count("same")} · new ${count("added")}, changed ${count("changed")}, same ${count("same")}`;
  process.stdout.write(`${dryRun ? "仅比较，未更改 · compared alone: " : "完成 · done: "}${told}\n`);
}
