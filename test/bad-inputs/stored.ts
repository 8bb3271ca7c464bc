import { globSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Trial } from "../../ops/trial/trial.ts";

/** How many rows the collections of all nodes have, by node, database and table. */
export function rowsOf({ directory }: Trial): Record<string, number> {
  const rows: Record<string, number> = {};
  for (const file of globSync("*/data/store/*.sqlite", { cwd: directory })) {
    const database = new DatabaseSync(join(directory, file), { readOnly: true });
    const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
    for (const { name } of tables) {
      const [counted] = database.prepare(`SELECT count(*) AS count FROM "${name}"`).all();
      rows[`${file} ${name}`] = Number(counted?.count);
    }
    database.close();
  }
  return rows;
}
