import { writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { refuseArgument } from "../../services/domain/refusal.ts";
import { parseConfig } from "../../services/host/config-load.ts";
import { readJsonFile } from "../../services/host/json-file.ts";
import { cardOf, fingerprintOf } from "../install/card.ts";
import { EXIT } from "./exit-code.ts";
import { hostAndPort, needed, noneBeside } from "./node-arguments.ts";
import { parsedBy } from "./operator-options.ts";

const OPTIONS = {
  config: { type: "string" },
  mesh: { type: "string", multiple: true },
  leaf: { type: "string" },
  out: { type: "string" },
  json: { type: "boolean", default: false },
} as const;

const COMMAND = "node card";

/** `ecert node card`: writes what the other node is to be given, and tells the fingerprint of the key that stands in it. */
export async function writeCard(args: readonly string[]): Promise<number> {
  const { values, positionals } = parsedBy({ args: [...args], options: OPTIONS, allowPositionals: true });
  noneBeside(positionals, COMMAND);
  // Certificates may be still to come: with its card a node asks for them.
  const file = resolve(needed(values.config, "config", COMMAND));
  const config = parseConfig(readJsonFile(file));
  const addresses = values.mesh ?? [needed(undefined, "mesh", COMMAND)];
  for (const address of addresses) hostAndPort(address, "mesh");
  const { leaf, out } = values;
  if (leaf !== undefined) hostAndPort(leaf, "leaf");
  if ((leaf !== undefined) !== (config.node.role === "province")) {
    const description =
      leaf === undefined ? "缺少 · is missing: this is the province" : "不适用 · this is not the province";
    throw refuseArgument("INVALID_FIELD", "--leaf", description, "only the province has a hub that leaves connect to");
  }
  const card = cardOf(config.node, resolve(dirname(file), config.nodeKey.publicKeyFile), addresses, leaf);
  const text = `${JSON.stringify(card, null, 2)}\n`;
  if (out === undefined) process.stdout.write(text);
  else writeNew(out, text);
  const fingerprint = fingerprintOf(card);
  if (out === undefined) process.stderr.write(`公钥指纹 fingerprint  ${fingerprint}\n`);
  else if (values.json)
    process.stdout.write(`${JSON.stringify({ card: out, node: card.node, fingerprint }, null, 2)}\n`);
  else process.stdout.write(`${out}\n公钥指纹 fingerprint  ${fingerprint}\n`);
  return EXIT.valid;
}

/** Writes a file that must not be there yet. Throws `ALREADY_EXISTS`, or `INVALID_FIELD` where it cannot be written; both name `--out`. */
export function writeNew(file: string, text: string, mode = 0o644): void {
  try {
    writeFileSync(file, text, { flag: "wx", mode });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "EEXIST") {
      throw refuseArgument("ALREADY_EXISTS", "--out", `${file} 已存在 · is there already`, "name another file");
    }
    const description = `无法写入 ${file} · cannot be written: ${(cause as Error).message}`;
    throw refuseArgument("INVALID_FIELD", "--out", description, "see that the folder is there and writable");
  }
}
