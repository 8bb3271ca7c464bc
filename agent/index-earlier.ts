import type { DatabaseSync } from "node:sqlite";
import type { ChainHead } from "../services/domain/hash-chain.ts";
import type { UsedConfirmation } from "./confirmation-index.ts";
import type { SerialRow } from "./index-rows.ts";

/** Where rows of an earlier form are put. */
export interface RowsTaker {
  put(row: SerialRow): void;
  use(confirmation: UsedConfirmation): void;
  setHead(head: ChainHead): void;
  head(): ChainHead | undefined;
}

/**
 * Takes over what a file of the earlier form holds, whose tables had other names and kept digests as text, in one transaction. None of its tables
 * stays, `heads` least of all: an earlier program that is put back finds no head, and so reads all of the journal again, in place of
 * believing that nothing was signed. What it writes then is taken over in turn.
 */
export function takeOverEarlier(db: DatabaseSync, taker: RowsTaker): void {
  const earlier = db.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'serials'").get();
  if (!earlier) return;
  const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all() as unknown as {
    name: string;
  }[];
  const has = (name: string) => tables.some((table) => table.name === name);
  const rows = has("days")
    ? "SELECT app, serial, digest, identifier, day, message, shown FROM serials LEFT JOIN days USING (app, serial)"
    : "SELECT app, serial, digest, identifier, NULL AS day FROM serials";
  db.exec("BEGIN IMMEDIATE");
  try {
    for (const row of db.prepare(rows).iterate()) {
      const { app, serial, digest, identifier, day, message, shown } = row as Record<string, string | null>;
      const latest = day && { day, message: message as string, shown: shown as string };
      const order = { app, businessSerial: serial, digest, identifier } as SerialRow;
      taker.put(latest ? { ...order, latest } : order);
    }
    if (has("confirmations")) {
      const used = db.prepare("SELECT assertion, credential, counter FROM confirmations").iterate();
      for (const confirmation of used) taker.use(confirmation as unknown as UsedConfirmation);
    }
    const head = db.prepare("SELECT n, hash FROM heads").get() as ChainHead | undefined;
    if (head && head.n >= (taker.head()?.n ?? 0)) taker.setHead(head);
    for (const table of ["serials", "days", "confirmations", "heads"]) db.exec(`DROP TABLE IF EXISTS ${table}`);
    db.exec("COMMIT");
  } catch (error) {
    if (db.isTransaction) db.exec("ROLLBACK");
    throw error;
  }
}
