import { closeSync, openSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { pause } from "../../base/pause.ts";
import { fileFailure } from "../failure.ts";
import { engineFailure, isBusy } from "./failure.ts";

/** Milliseconds that opening waits for other processes that open, recover or index the same file. */
const OPENING_MS = 10_000;

/** Milliseconds that a read waits for another process that recovers or closes the file. */
export const READ_WAIT_MS = 2_000;

/** An open SQLite file with its prepared statements. Not shared between threads. */
export interface Connection {
  readonly database: DatabaseSync;
  /** The prepared statement for a text; prepared once, so the text MUST be one of a bounded set. */
  prepare(sql: string): StatementSync;
}

/** Where the file lies, and how large it may grow. */
export interface SqliteOptions {
  /** Folder of the file and its blobs; made (0700) where missing. */
  directory: string;
  /** `<name>.sqlite` is the database, `<name>.blobs` the folder of blobs. */
  name: string;
  /** Upper size of the database file in bytes; a write beyond it is refused with `STORE_FULL`. Unlimited by default. */
  maximumBytes?: number;
}

/** Opens the file (made where missing, 0600: it holds personal data) in WAL mode with full synchronisation. */
export async function connect(options: SqliteOptions): Promise<Connection> {
  const path = join(options.directory, `${options.name}.sqlite`);
  try {
    await mkdir(options.directory, { recursive: true, mode: 0o700 });
    closeSync(openSync(path, "a", 0o600));
    const database = await retryBusy(() => openDatabase(path, options.maximumBytes));
    const statements = new Map<string, StatementSync>();
    return {
      database,
      prepare(sql) {
        const known = statements.get(sql);
        if (known !== undefined) return known;
        const statement = database.prepare(sql);
        statements.set(sql, statement);
        return statement;
      },
    };
  } catch (error) {
    throw engineFailure(error) ?? fileFailure(error, `the store ${path}`);
  }
}

/** Repeats what found the file locked by another process, without blocking this one, until {@link OPENING_MS} are over. */
export async function retryBusy<T>(attempt: () => T): Promise<T> {
  const until = performance.now() + OPENING_MS;
  for (;;) {
    try {
      return attempt();
    } catch (error) {
      if (!isBusy(error) || performance.now() > until) throw error;
      await pause(5);
    }
  }
}

function openDatabase(path: string, maximumBytes: number | undefined): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: READ_WAIT_MS });
  try {
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -32768");
    // Pages that one write after another changes are copied from the log once for many: a commit takes a fifth less processor time than with 1,000.
    database.exec("PRAGMA wal_autocheckpoint = 4000");
    // Without a limit the log keeps the size of its longest burst.
    database.exec("PRAGMA journal_size_limit = 67108864");
    if (maximumBytes !== undefined) database.exec(`PRAGMA max_page_count = ${Math.floor(maximumBytes / 4096)}`);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}
