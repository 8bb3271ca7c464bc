import { readFileSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { Refusal } from "../domain/refusal.ts";

/** A lock that this process holds. */
export interface ExclusiveLock {
  release(): void;
}

/**
 * Takes the lock file `path` for this process, or throws `STATE_CONFLICT` naming the process that holds it. The kernel
 * holds the lock (SQLite's byte-range lock on the file), so it ends with its process however that dies, and a process of
 * another container on the same volume is noticed too, which a bare check of process ids would miss. The id of the
 * holder stands beside it in `path.pid`, for people.
 */
export function takeExclusiveLock(path: string): ExclusiveLock {
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    database.exec("BEGIN EXCLUSIVE");
  } catch (cause) {
    database.close();
    const holder = readHolder(`${path}.pid`);
    throw new Refusal("STATE_CONFLICT", `${path} is held by process ${holder}: stop it, or use another directory`, {
      metadata: { lock: path, holder },
      cause,
    });
  }
  writeFileSync(`${path}.pid`, `${process.pid}\n`);
  return { release: () => database.close() };
}

function readHolder(path: string): string {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return "(unknown)";
  }
}
