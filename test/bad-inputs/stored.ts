import { globSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Trial } from "../../ops/trial/trial.ts";

/** What counts how often something was refused, for supervision (4.7): it grows with every refusal, and holds nothing of what was sent. */
const COUNTED = /^\w:(?:issue_hours|usage_hours|supervision_)/;

/** How many rows the collections of all nodes have, by node, database and table. */
export function rowsOf({ directory }: Trial): Record<string, number> {
  const rows: Record<string, number> = {};
  for (const file of globSync("*/data/store/*.sqlite", { cwd: directory })) {
    const database = new DatabaseSync(join(directory, file), { readOnly: true });
    const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
    for (const { name } of tables) {
      if (COUNTED.test(String(name))) continue;
      const [counted] = database.prepare(`SELECT count(*) AS count FROM "${name}"`).all();
      rows[`${file} ${name}`] = Number(counted?.count);
    }
    database.close();
  }
  return rows;
}
