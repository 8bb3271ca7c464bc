import { type Collection, type CollectionSpec, type Store, type Stored, WRITTEN_MS } from "../port.ts";
import { sqliteBlobs } from "./blobs.ts";
import { sqliteCollection } from "./collection.ts";
import { connect, type SqliteOptions } from "./connection.ts";
import { reading } from "./failure.ts";
import { ensureTables } from "./tables.ts";
import { createWriter } from "./writer.ts";

/**
 * Opens the embedded store: one SQLite file (WAL, synchronous FULL) and a folder of blobs beside it. Several processes of
 * one host may share it. It MUST NOT lie on a network file system. Refuses `STORE_AWAY` / `STORE_FULL` where the file
 * cannot be opened.
 */
export async function openSqliteStore(options: SqliteOptions): Promise<Store> {
  const connection = await connect(options);
  const writer = createWriter(connection);
  const blobs = await sqliteBlobs(options, connection, writer);
  const opened = new Map<string, Promise<Collection<Stored>>>();
  let closing: Promise<void> | undefined;

  async function open(spec: CollectionSpec): Promise<Collection<Stored>> {
    await writer.write(() => ensureTables(connection, spec));
    return reading(() => sqliteCollection(connection, writer, spec));
  }

  return {
    engine: "sqlite",
    blobs,

    collection<T extends Stored>(spec: CollectionSpec) {
      // Opening a collection again gives the same one, so that its indexes are kept by one declaration.
      const key = JSON.stringify(spec);
      const collection = opened.get(key) ?? open(spec);
      opened.set(key, collection);
      collection.catch(() => opened.delete(key));
      return collection as unknown as Promise<Collection<T>>;
    },

    async check() {
      const { database } = connection;
      if (performance.now() - writer.provenAt > WRITTEN_MS)
        await writer.write(() => {
          database.exec(`CREATE TABLE IF NOT EXISTS "checked" (one INTEGER PRIMARY KEY, stamp INTEGER NOT NULL)`);
          database.exec(`INSERT INTO "checked" VALUES (1, 1) ON CONFLICT (one) DO UPDATE SET stamp = stamp + 1`);
        });
      reading(() => connection.prepare("SELECT count(*) FROM sqlite_schema").get());
    },

    stamp() {
      // Of what this connection wrote itself SQLite's own number says nothing.
      const theirs = reading(() => connection.prepare("PRAGMA data_version").get()?.data_version);
      return `${writer.commits} ${theirs}`;
    },

    async size() {
      const figure = (name: string) => reading(() => Number(connection.prepare(`PRAGMA ${name}`).get()?.[name] ?? 0));
      return figure("page_count") * figure("page_size");
    },

    close() {
      closing ??= blobs
        .close()
        .then(() => writer.close())
        .then(() => connection.database.close());
      return closing;
    },
  };
}
