import { existsSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import type { ChainHead } from "../services/domain/hash-chain.ts";
import { Refusal } from "../services/domain/refusal.ts";
import type { NewerVersion } from "./check-catalog.ts";
import type { ConfirmationFile, UsedConfirmation } from "./confirmation-index.ts";
import { takeOverEarlier } from "./index-earlier.ts";
import { openOrderRows, packDigest, ROWS_SCHEMA, type SerialRow } from "./index-rows.ts";

/** An identifier, and the journal entry of its latest intent. */
export interface RecentIntent {
  identifier: string;
  entry: number;
}

/**
 * The file beside the journal: what must be found fast and survive everything. The serials, the confirmations and the head follow from the journal. The newer
 * versions and the documents (the list of nodes' keys) do not: where the file is lost, a core must show them again.
 */
export interface IndexFile extends ConfirmationFile {
  bySerial(app: string, businessSerial: string): SerialRow | undefined;
  byIdentifier(identifier: string): SerialRow | undefined;
  /**
   * Stores rows, the confirmations by which they were ordered, and how far into the journal the file goes, in one write. A row that is there
   * already stays, but for its latest day.
   */
  add(rows: readonly SerialRow[], head: ChainHead, confirmations?: readonly UsedConfirmation[]): void;
  /** The last identifiers that were begun to be signed, newest first, each once; at most {@link RECENT}. */
  recent(): RecentIntent[];
  /** How far into the journal it goes; `undefined` for a new file. */
  head(): ChainHead | undefined;
  noteVersion(code: string, version: NewerVersion): void;
  versionBehind(code: string, version: number): NewerVersion | undefined;
  document(name: string): Uint8Array | undefined;
  putDocument(name: string, content: Uint8Array): void;
  close(): void;
}

/** Identifiers that are remembered with the entry of their latest intent (contract of `Hello.recent`). */
export const RECENT = 256;

const SQLITE_FULL = 13;
const PUT_ASIDE =
  "put the file aside: the serials are read from the journal again; the newer versions and the list of nodes' keys that were seen must be shown by a core again";

const SCHEMA = `${ROWS_SCHEMA}
  CREATE TABLE IF NOT EXISTS recent (identifier TEXT PRIMARY KEY, entry INTEGER) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS recentEntries ON recent (entry);
  CREATE TABLE IF NOT EXISTS head (one INTEGER PRIMARY KEY CHECK (one = 1), n INTEGER, hash TEXT);
  CREATE TABLE IF NOT EXISTS versions (code TEXT, version INTEGER, published TEXT, PRIMARY KEY (code, version)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS assertions (assertion BLOB PRIMARY KEY) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS keyCounters (credential TEXT PRIMARY KEY, counter INTEGER) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS documents (name TEXT PRIMARY KEY, content BLOB) WITHOUT ROWID;
`;

/**
 * Opens the file, or makes it. It need not be synced at each write: what a power cut takes of the serials is read from the journal again,
 * and of the rest a core shows it again. Throws `STORE_AWAY` where it is no such file, `STORE_FULL` where the disk is full.
 */
export function openIndexFile(path: string): IndexFile {
  return opened(path, (db) => {
    db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
    db.exec(SCHEMA);
    const orders = openOrderRows(db);
    const setRecent = db.prepare(
      `INSERT INTO recent (identifier, entry) VALUES (?, ?) ON CONFLICT (identifier) DO UPDATE
         SET entry = excluded.entry WHERE excluded.entry > recent.entry`,
    );
    const dropOlder = db.prepare(
      "DELETE FROM recent WHERE entry < (SELECT entry FROM recent ORDER BY entry DESC LIMIT 1 OFFSET ?)",
    );
    const getRecent = db.prepare("SELECT identifier, entry FROM recent ORDER BY entry DESC LIMIT ?");
    const setHead = db.prepare("INSERT OR REPLACE INTO head (one, n, hash) VALUES (1, ?, ?)");
    const getHead = db.prepare("SELECT n, hash FROM head");
    const insertVersion = db.prepare("INSERT OR IGNORE INTO versions (code, version, published) VALUES (?, ?, ?)");
    const behind = db.prepare(
      "SELECT version, published AS publishedAt FROM versions WHERE code = ? AND version > ? ORDER BY version LIMIT 1",
    );
    const insertAssertion = db.prepare("INSERT OR IGNORE INTO assertions (assertion) VALUES (?)");
    const raiseCounter = db.prepare(
      `INSERT INTO keyCounters (credential, counter) VALUES (?, ?) ON CONFLICT (credential) DO UPDATE
         SET counter = excluded.counter WHERE excluded.counter > keyCounters.counter`,
    );
    const getAssertion = db.prepare("SELECT 1 FROM assertions WHERE assertion = ?");
    const getCounter = db.prepare("SELECT counter FROM keyCounters WHERE credential = ?");
    const getDocument = db.prepare("SELECT content FROM documents WHERE name = ?");
    const setDocument = db.prepare("INSERT OR REPLACE INTO documents (name, content) VALUES (?, ?)");
    const head = () => getHead.get() as ChainHead | undefined;
    const use = ({ assertion, credential, counter }: UsedConfirmation) => {
      insertAssertion.run(packDigest(assertion));
      raiseCounter.run(credential, counter);
    };
    takeOverEarlier(db, { put: orders.put, use, head, setHead: ({ n, hash }) => void setHead.run(n, hash) });

    return {
      bySerial: orders.bySerial,
      byIdentifier: orders.byIdentifier,
      add(rows, { n, hash }, confirmations = []) {
        db.exec("BEGIN");
        try {
          for (const row of rows) {
            orders.put(row);
            if (row.entry !== undefined) setRecent.run(row.identifier, row.entry);
          }
          for (const confirmation of confirmations) use(confirmation);
          dropOlder.run(RECENT - 1);
          setHead.run(n, hash);
          db.exec("COMMIT");
        } catch (error) {
          if (db.isTransaction) db.exec("ROLLBACK");
          throw error;
        }
      },
      recent: () => getRecent.all(RECENT) as unknown as RecentIntent[],
      head,
      knowsAssertion: (assertion) => getAssertion.get(packDigest(assertion)) !== undefined,
      counterOf: (credential) => (getCounter.get(credential) as { counter: number } | undefined)?.counter ?? 0,
      noteVersion: (code, { version, publishedAt }) => void insertVersion.run(code, version, publishedAt),
      versionBehind: (code, version) => behind.get(code, version) as NewerVersion | undefined,
      document: (name) => (getDocument.get(name) as { content: Uint8Array } | undefined)?.content,
      putDocument: (name, content) => void setDocument.run(name, content),
      close: () => db.close(),
    };
  });
}

/** Reads a document of a file that an agent may have open, and changes nothing; `undefined` where there is no file. */
export function readDocument(path: string, name: string): Uint8Array | undefined {
  if (!existsSync(path)) return undefined;
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    return (db.prepare("SELECT content FROM documents WHERE name = ?").get(name) as { content: Uint8Array } | undefined)
      ?.content;
  } finally {
    db.close();
  }
}

/** Opens the file and what is in it; what it is refused for names file and remedy. */
function opened(path: string, use: (db: DatabaseSync) => IndexFile): IndexFile {
  try {
    return use(new DatabaseSync(path));
  } catch (cause) {
    const full = (cause as { errcode?: number }).errcode === SQLITE_FULL;
    const remedy = full ? "free space" : PUT_ASIDE;
    throw new Refusal(full ? "STORE_FULL" : "STORE_AWAY", `${path}: ${(cause as Error).message}: ${remedy}`, {
      metadata: { file: path },
      cause,
    });
  }
}
