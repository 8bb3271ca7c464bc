import { Refusal } from "../../domain/refusal.ts";
import { storeAway, storeFull } from "../failure.ts";

/** Primary result codes of SQLite. */
const BUSY = 5;
const LOCKED = 6;
const FULL = 13;
/** What Node's wrapper says of a closed database, in SQLite's terms. */
const MISUSE = 21;
/** With NOMEM, READONLY, IOERR, CORRUPT, CANTOPEN, PROTOCOL and NOTADB: the file cannot serve, whatever is asked of it. */
const AWAY = new Set([BUSY, LOCKED, 7, 8, 10, 11, 14, 15, MISUSE, 26]);

/** Tells whether an error means that another process holds the lock just now. */
export function isBusy(error: unknown): boolean {
  const code = resultCode(error);
  return code === BUSY || code === LOCKED;
}

/** The refusal for a failure of the engine itself, or undefined where the error is about one statement (or not SQLite's). */
export function engineFailure(error: unknown): Refusal | undefined {
  if (error instanceof Refusal && (error.reason === "STORE_AWAY" || error.reason === "STORE_FULL")) return error;
  const code = resultCode(error);
  if (code === FULL) return storeFull("the disk of the SQLite store is full", error);
  return code !== undefined && AWAY.has(code) ? storeAway(`SQLite cannot serve (code ${code})`, error) : undefined;
}

/** Runs a read and turns failures of the engine into refusals. */
export function reading<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw engineFailure(error) ?? error;
  }
}

function resultCode(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined;
  if ((error as NodeJS.ErrnoException).code === "ERR_INVALID_STATE") return MISUSE;
  const { errcode } = error as Error & { errcode?: unknown };
  return typeof errcode === "number" ? errcode & 0xff : undefined;
}
