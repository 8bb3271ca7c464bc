import { storeAway } from "../failure.ts";
import { DuplicateKey } from "../port.ts";
import { type Connection, READ_WAIT_MS } from "./connection.ts";
import { engineFailure, isBusy } from "./failure.ts";

/** Most operations in one transaction: keeps the event loop's turn short. */
const BATCH = 512;
/** Milliseconds that the loop may stand still for another process's transaction before it tries again later. */
const LOCK_WAIT_MS = 8;
/** Milliseconds after which writes that never got the lock are refused. */
const GIVE_UP_MS = 10_000;

/** Runs writes durably. */
export interface Writer {
  /**
   * Queues one operation; all that are queued in one turn of the event loop share one transaction (group commit). Resolves
   * to its result after the transaction was synced to disk. An operation that finds a duplicate MUST throw `DuplicateKey`
   * before its first write: the others in its transaction are stored all the same. `stored` is told the result as soon as it is durable, before any
   * other operation runs, in their order.
   */
  write<T>(operation: () => T, stored?: (result: T) => void): Promise<T>;
  /** Transactions that were synced to disk. */
  readonly commits: number;
  /** Number of the transaction whose operations run now, while nobody else can write; absent between transactions. */
  readonly transaction: number | undefined;
  /** Transactions that failed: nothing that was read before tells what is stored. */
  readonly failures: number;
  /** When the last one was, milliseconds of `performance`; minus infinity where one has failed since. */
  readonly provenAt: number;
  /** Resolves when everything queued so far has been settled; later writes are refused. */
  close(): Promise<void>;
}

interface Queued {
  operation: () => unknown;
  stored: ((result: never) => void) | undefined;
  resolve: (result: never) => void;
  reject: (error: unknown) => void;
}

/** Creates the one writer of a connection. Writers of other processes take turns through SQLite's lock. */
export function createWriter({ database }: Connection): Writer {
  let queue: Queued[] = [];
  let scheduled = false;
  let waitingSince: number | undefined;
  let closed = false;
  let commits = 0;
  let begun = 0;
  let transaction: number | undefined;
  let failures = 0;
  let provenAt = Number.NEGATIVE_INFINITY;
  const idle: (() => void)[] = [];

  function schedule(): void {
    if (scheduled) return;
    scheduled = true;
    setImmediate(flush);
  }

  function flush(): void {
    scheduled = false;
    const batch = queue.slice(0, BATCH);
    try {
      begin();
    } catch (error) {
      const now = performance.now();
      waitingSince ??= now;
      if (isBusy(error) && now - waitingSince < GIVE_UP_MS) {
        scheduled = true;
        // Uneven pauses keep two processes from missing each other's gaps in step.
        setTimeout(flush, 1 + (now % 3));
        return;
      }
      const failure = engineFailure(error) ?? error;
      provenAt = Number.NEGATIVE_INFINITY;
      for (const entry of queue.splice(0)) entry.reject(failure);
      waitingSince = undefined;
      finishTurn();
      return;
    }
    waitingSince = undefined;
    queue = queue.slice(batch.length);
    transaction = ++begun;
    const settle = commit(batch);
    transaction = undefined;
    for (const step of settle) step();
    finishTurn();
  }

  function begin(): void {
    if (database.isTransaction) database.exec("ROLLBACK");
    database.exec(`PRAGMA busy_timeout = ${LOCK_WAIT_MS}`);
    try {
      database.exec("BEGIN IMMEDIATE");
    } finally {
      database.exec(`PRAGMA busy_timeout = ${READ_WAIT_MS}`);
    }
  }

  /** Runs operations and stores what they wrote. Gives what is to be told of it. */
  function commit(batch: Queued[]): (() => void)[] {
    const settle: (() => void)[] = [];
    let current: Queued | undefined;
    try {
      for (const entry of batch) {
        current = entry;
        try {
          const result = entry.operation();
          settle.push(() => {
            entry.stored?.(result as never);
            entry.resolve(result as never);
          });
        } catch (error) {
          if (!(error instanceof DuplicateKey)) throw error;
          settle.push(() => entry.reject(error));
        }
      }
      current = undefined;
      database.exec("COMMIT");
      commits++;
      provenAt = performance.now();
    } catch (error) {
      failures++;
      provenAt = Number.NEGATIVE_INFINITY;
      rollBack();
      const failure = engineFailure(error);
      if (failure !== undefined || current === undefined) {
        for (const entry of batch) entry.reject(failure ?? error);
      } else {
        // A defect of one operation is not its neighbours' fault: they go again without it.
        current.reject(error);
        queue = [...batch.filter((entry) => entry !== current), ...queue];
      }
      return [];
    }
    return settle;
  }

  function rollBack(): void {
    try {
      // SQLite has already rolled back by itself after some failures.
      if (database.isTransaction) database.exec("ROLLBACK");
    } catch {
      // The failure that led here is the one to report; the next transaction tries to roll back again.
    }
  }

  function finishTurn(): void {
    if (queue.length > 0) schedule();
    else for (const wake of idle.splice(0)) wake();
  }

  return {
    get commits() {
      return commits;
    },
    get transaction() {
      return transaction;
    },
    get failures() {
      return failures;
    },
    get provenAt() {
      return provenAt;
    },
    write<T>(operation: () => T, stored?: (result: T) => void): Promise<T> {
      if (closed) return Promise.reject(storeAway("the store is closed"));
      return new Promise<T>((resolve, reject) => {
        queue.push({ operation, stored: stored as Queued["stored"], resolve: resolve as Queued["resolve"], reject });
        schedule();
      });
    },
    close() {
      closed = true;
      return queue.length === 0 ? Promise.resolve() : new Promise((resolve) => idle.push(resolve));
    },
  };
}
