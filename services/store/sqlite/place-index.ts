import type { Place } from "../files/pack.ts";
import type { PlaceIndex } from "../files/packed-blobs.ts";
import type { Connection } from "./connection.ts";
import { reading } from "./failure.ts";
import type { Writer } from "./writer.ts";

const FIND = `SELECT name AS pack, at, length FROM "b:places" JOIN "b:packs" ON "b:packs".id = pack WHERE digest = ?`;
const PAGE = `SELECT digest, name AS pack, at, length FROM "b:places" JOIN "b:packs" ON "b:packs".id = pack
  WHERE digest > ? ORDER BY digest LIMIT ?`;

/** Where blobs lie, in the SQLite file: a row of some fifty bytes for each. */
export async function openPlaceIndex(connection: Connection, writer: Writer): Promise<PlaceIndex> {
  const { database, prepare } = connection;
  await writer.write(() => {
    database.exec(`CREATE TABLE IF NOT EXISTS "b:packs" (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)`);
    database.exec(`CREATE TABLE IF NOT EXISTS "b:places"
      (digest BLOB PRIMARY KEY, pack INTEGER NOT NULL, at INTEGER NOT NULL, length INTEGER NOT NULL) WITHOUT ROWID`);
  });
  const key = (digest: string) => Buffer.from(digest, "hex");
  return {
    find: (digest) => reading(() => prepare(FIND).get(key(digest))) as Place | undefined,

    add: (places) =>
      writer.write(() => {
        for (const { digest, pack, at, length } of places) {
          prepare(`INSERT INTO "b:packs" (name) VALUES (?) ON CONFLICT (name) DO NOTHING`).run(pack);
          prepare(`INSERT OR REPLACE INTO "b:places" SELECT ?, id, ?, ? FROM "b:packs" WHERE name = ?`).run(
            key(digest),
            at,
            length,
            pack,
          );
        }
      }),

    page: (after, limit) =>
      reading(() => prepare(PAGE).all(key(after), limit)).map((row) => ({
        digest: Buffer.from(row.digest as Uint8Array).toString("hex"),
        pack: row.pack as string,
        at: row.at as number,
        length: row.length as number,
      })),

    bytes: () =>
      reading(() => Number(prepare(`SELECT coalesce(sum(length), 0) AS bytes FROM "b:places"`).get()?.bytes ?? 0)),
  };
}
