import { join } from "node:path";
import { openPackedBlobs, type PackedBlobs } from "../files/packed-blobs.ts";
import { type Connection, connect, type SqliteOptions } from "./connection.ts";
import { openPlaceIndex } from "./place-index.ts";
import { createWriter, type Writer } from "./writer.ts";

/** Blobs of an open store: packs in the folder `<name>.blobs` beside its file, which names them. */
export async function sqliteBlobs(
  { directory, name }: SqliteOptions,
  connection: Connection,
  writer: Writer,
): Promise<PackedBlobs> {
  const index = await openPlaceIndex(connection, writer);
  return openPackedBlobs(join(directory, `${name}.blobs`), index);
}

/** The blobs of a SQLite store alone, for commands that look after them beside the processes that use it. */
export async function openSqliteBlobs(options: SqliteOptions): Promise<PackedBlobs> {
  const connection = await connect(options);
  const writer = createWriter(connection);
  const blobs = await sqliteBlobs(options, connection, writer);
  return {
    ...blobs,
    async close() {
      await blobs.close();
      await writer.close();
      connection.database.close();
    },
  };
}
