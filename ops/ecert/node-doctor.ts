import { existsSync } from "node:fs";
import { type Check, type CheckList, createCheckList } from "../../agent/commands/check.ts";
import { Refusal } from "../../services/domain/refusal.ts";
import type { NodeConfig } from "../../services/host/config.ts";
import { loadConfig } from "../../services/host/config-load.ts";
import { checkAround } from "../install/examine-around.ts";
import { checkFiles } from "../install/examine-files.ts";
import { EXIT } from "./exit-code.ts";
import { needed, noneBeside } from "./node-arguments.ts";
import { parsedBy } from "./operator-options.ts";

const OPTIONS = { config: { type: "string" }, json: { type: "boolean", default: false } } as const;

const COMMAND = "node doctor";

/** `ecert node doctor`: checks what a configured node needs, each fault with its remedy. Changes nothing; the node may run or not. */
export async function examineNode(args: readonly string[]): Promise<number> {
  const { values, positionals } = parsedBy({ args: [...args], options: OPTIONS, allowPositionals: true });
  noneBeside(positionals, COMMAND);
  const list = createCheckList(values.json);
  const config = readConfig(needed(values.config, "config", COMMAND), list);
  if (config) {
    const now = () => new Date();
    await checkFiles(list, config, now);
    await checkAround(list, config, now);
  }
  if (values.json) process.stdout.write(`${JSON.stringify({ passed: list.passed(), checks: list.checks }, null, 2)}\n`);
  return list.passed() ? EXIT.valid : EXIT.invalid;
}

/** The configuration with every file that it names, or one failed check for each fault. */
function readConfig(file: string, list: CheckList): NodeConfig | undefined {
  const name = "配置 configuration";
  try {
    const config = loadConfig(file);
    const { role, code, name: title } = config.node;
    list.add({ name, outcome: "ok", detail: `${code} ${title} (${role}), ${config.services.join(" ")}` });
    return config;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const remedy = "correct the file";
    if (error.fields.length === 0) list.add({ name, outcome: "fail", detail: error.message, remedy });
    for (const { field, description, remedy: own = remedy } of error.fields) {
      list.add({ name: `${name} ${field}`, outcome: "fail", detail: description, remedy: awaited(description) ?? own });
    }
    return undefined;
  }
}

/** Where a certificate is not there and its request is, what is missing is the authority's answer. */
function awaited(description: string): Check["remedy"] {
  const [, stem] = /^(.+)\.crt\.pem cannot be read$/.exec(description) ?? [];
  const request = `${stem}.request.pem`;
  if (stem === undefined || !existsSync(request)) return undefined;
  return `请认证机构答复 ${request} · have this request answered by your authority, and put the certificate there`;
}
