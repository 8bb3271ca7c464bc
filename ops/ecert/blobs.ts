import { readdirSync } from "node:fs";
import { join } from "node:path";
import { Refusal } from "../../services/domain/refusal.ts";
import { type BlobsChecked, checkBlobs, packLoose } from "../../services/store/files/keep-packs.ts";
import { openSqliteBlobs } from "../../services/store/sqlite/blobs.ts";
import { parseBlobs } from "./blobs-arguments.ts";
import { EXIT } from "./exit-code.ts";
import { createProgress } from "./progress.ts";

/** What was found or done in the store of one service. */
type Outcome = { store: string; damaged: string[] } & ({ moved: number } | BlobsChecked);

/** `ecert blobs check|pack`. */
export async function blobs(args: readonly string[]): Promise<number> {
  const { action, directory, json } = parseBlobs(args);
  const outcomes: Outcome[] = [];
  for (const store of storesIn(directory)) {
    const opened = await openSqliteBlobs({ directory: join(directory, "store"), name: store });
    const { tell, end } = createProgress(store);
    try {
      const outcome = await (action === "check" ? checkBlobs(opened, tell) : packLoose(opened, tell));
      outcomes.push({ store, ...outcome });
    } finally {
      end();
      await opened.close();
    }
  }
  process.stdout.write(`${json ? JSON.stringify(outcomes, undefined, 2) : outcomes.map(textOf).join("\n")}\n`);
  return outcomes.some(isBad) ? EXIT.invalid : EXIT.valid;
}

function storesIn(directory: string): string[] {
  let names: string[] = [];
  try {
    names = readdirSync(join(directory, "store"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  const stores = names.filter((name) => name.endsWith(".sqlite")).map((name) => name.slice(0, -".sqlite".length));
  if (stores.length > 0) return stores.sort();
  const cause = "没有 SQLite 存储 · there is no SQLite store below it";
  throw new Refusal("INVALID_FIELD", `--directory ${directory}: ${cause}`);
}

const isBad = (outcome: Outcome) => outcome.damaged.length > 0 || ("missing" in outcome && outcome.missing.length > 0);

function textOf(outcome: Outcome): string {
  const bad = [
    ...outcome.damaged.map((digest) => `\n  损坏 damaged ${digest}`),
    ...("missing" in outcome ? outcome.missing.map((digest) => `\n  缺失 missing ${digest}`) : []),
  ].join("");
  if ("moved" in outcome) return `${outcome.store}: 已移入 moved ${outcome.moved}${bad}`;
  const { store, good, bytes, split, unnamed, loose } = outcome;
  return `${store}: 完好 good ${good} (${bytes} bytes), 其中按共用部分存储 split ${split}, 未命名残留 unnamed ${unnamed}, 旧式单个文件 loose ${loose}${bad}`;
}
