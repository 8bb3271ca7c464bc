import { BoundedMemory } from "../../base/bounded-memory.ts";
import { frozen } from "../../base/frozen.ts";
import type { Stored } from "../port.ts";
import type { Connection } from "./connection.ts";
import type { Writer } from "./writer.ts";

/** Documents of one collection as they were read or written last: they need not be read and parsed again. */
export interface ReadMemory<T extends Stored> {
  /** The document that is stored under a key now, if it is remembered; frozen. */
  get(id: string): T | undefined;
  /** Remembers what was read or written last, frozen as a whole, and gives it back. */
  keep(document: T): T;
  forget(id: string): void;
}

/**
 * A memory of so many documents. It forgets all of them once anybody but this connection has written to the file, by SQLite's own number: what another
 * process stores, or mends by hand, is seen by the next read. This connection's own writes are told to it; of one that failed nobody knows whether it took
 * place, so it forgets all then, too.
 */
export function createReadMemory<T extends Stored>(
  { prepare }: Connection,
  writer: Pick<Writer, "failures" | "transaction">,
  most: number,
): ReadMemory<T> {
  const documents = new BoundedMemory<string, T>(most);
  const version = prepare("PRAGMA data_version");
  let [readAt, failedAt] = [-1, 0];
  let lookedIn: number | undefined;
  return {
    get(id) {
      const { transaction } = writer;
      // Nobody else writes while a transaction lasts: one look is enough for all of its operations.
      if (transaction !== undefined && transaction === lookedIn) return documents.use(id);
      lookedIn = transaction;
      const current = version.get()?.data_version as number;
      const { failures } = writer;
      if (current !== readAt || failures !== failedAt) documents.clear();
      [readAt, failedAt] = [current, failures];
      return documents.use(id);
    },
    keep(document) {
      documents.renew(document._id, frozen(document));
      return document;
    },
    forget(id) {
      documents.delete(id);
    },
  };
}
