import { Refusal } from "../../services/domain/refusal.ts";
import type { NodeKeyList } from "../../services/statement/node-key-list.ts";
import { parseCommand, readInput, writeOutput } from "./arguments.ts";
import { fetchNodeKeys } from "./bundle.ts";
import { EXIT } from "./exit-code.ts";
import { readKeys } from "./node-key-list.ts";
import { loadTrustDirectory } from "./trust-directory.ts";

/**
 * Shows the list of nodes' keys that the province signed, out of a file or as `--server` hands it out now, after its signature was
 * checked; `--out` keeps it. In a trust directory it is named `node-keys.json`.
 */
export async function nodeKeys(args: readonly string[]): Promise<number> {
  const { positionals, server, offline, out, json, trust, publisher } = parseCommand(args);
  const [file] = positionals;
  const directory = loadTrustDirectory(trust ?? process.env.ECERT_TRUST, publisher);
  if (file === undefined && (server === undefined || offline)) {
    throw new Refusal(
      "INVALID_FIELD",
      "未指定节点密钥清单 · no list of nodes' keys named: give a file, or --server URL",
    );
  }
  const bytes = file === undefined ? await fetchNodeKeys(server ?? "") : readInput(file);
  const list = readKeys(bytes, directory);
  if (out !== undefined) writeOutput(out, bytes);
  process.stdout.write(json ? `${JSON.stringify(list, null, 2)}\n` : textOf(list));
  return EXIT.valid;
}

function textOf({ publisher, builtAt, nodes }: NodeKeyList): string {
  const lines = [`发布节点 publisher  ${publisher}`, `生成时间 built at   ${builtAt}`];
  for (const [node, keys] of Object.entries(nodes)) {
    for (const { key, since, until, compromised } of keys) {
      const mark = compromised ? "，已失密 lost" : "";
      lines.push(`节点密钥 key        ${node} ${key} ${since} – ${until ?? "今 now"}${mark}`);
    }
  }
  return `${lines.join("\n")}\n`;
}
