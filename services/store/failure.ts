import { Refusal } from "../domain/refusal.ts";

/** Milliseconds after which a caller may try again where the engine is away: a failover or a lock is usually over by then. */
const AWAY_RETRY_MS = 1_000;
/** Milliseconds after which a caller may try again where the disk is full: somebody has to make room first. */
const FULL_RETRY_MS = 30_000;

/** The refusal for a database that cannot be reached or does not answer. */
export function storeAway(message: string, cause?: unknown): Refusal {
  return new Refusal("STORE_AWAY", message, { retryAfterMs: AWAY_RETRY_MS, cause });
}

/** The refusal for a database or disk without room. Nothing of the refused write is kept. */
export function storeFull(message: string, cause?: unknown): Refusal {
  return new Refusal("STORE_FULL", message, { retryAfterMs: FULL_RETRY_MS, cause });
}

/** Turns an error of the file system into a refusal; an error of another kind comes back as it is. */
export function fileFailure(error: unknown, what: string): unknown {
  if (!(error instanceof Error)) return error;
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (code === "ENOSPC" || code === "EDQUOT") return storeFull(`no space for ${what}`, error);
  return syscall === undefined ? error : storeAway(`${what} cannot be used (${code})`, error);
}
