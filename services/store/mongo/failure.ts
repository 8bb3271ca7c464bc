import {
  MongoBulkWriteError,
  MongoDriverError,
  MongoNetworkError,
  MongoServerError,
  MongoServerSelectionError,
  MongoWriteConcernError,
} from "mongodb";
import { storeAway, storeFull } from "../failure.ts";
import { DuplicateKey } from "../port.ts";

const UNREACHABLE = "MongoDB cannot be reached";
const UNCONFIRMED = "MongoDB's majority did not confirm in time";

const DUPLICATE_KEY = 11000;
const OUT_OF_DISK_SPACE = 14031;

/**
 * Server codes that speak of the server's state, not of the request: unreachable hosts, shutdown, stepped-down or
 * recovering primary, time limits, a write concern that was not met, refused credentials.
 */
const AWAY = new Set([6, 7, 18, 50, 64, 89, 91, 100, 133, 189, 202, 262, 9001, 10107, 11600, 11602, 13435, 13436]);

/** Driver errors that mean "no connection"; they have no common class. */
const AWAY_NAMES = new Set([
  "MongoTopologyClosedError",
  "MongoNotConnectedError",
  "MongoClientClosedError",
  "MongoWaitQueueTimeoutError",
  "MongoExpiredSessionError",
  "MongoServerClosedError",
]);

/** Codes of Node's own errors of a socket whose other end has just gone: the driver hands on as it is what a write to it throws. */
const GONE_CODES = new Set(["EPIPE", "ECONNRESET", "ERR_STREAM_DESTROYED", "ERR_STREAM_WRITE_AFTER_END"]);

/** Runs an operation and turns the driver's errors into refusals and {@link DuplicateKey}. */
export async function asking<T>(operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    throw translated(error);
  }
}

/** The driver's error in the store's terms; an error of another kind comes back as it is. */
export function translated(error: unknown): unknown {
  if (error instanceof MongoNetworkError || error instanceof MongoServerSelectionError)
    return storeAway(UNREACHABLE, error);
  if (error instanceof MongoDriverError && AWAY_NAMES.has(error.name)) return storeAway(UNREACHABLE, error);
  if (error instanceof Error && GONE_CODES.has(String((error as NodeJS.ErrnoException).code)))
    return storeAway(UNREACHABLE, error);
  if (!(error instanceof MongoServerError)) return error;
  if (error.code === DUPLICATE_KEY) return duplicate(error.message);
  if (error instanceof MongoWriteConcernError) return storeAway(UNCONFIRMED, error);
  return byCode(Number(error.code), error);
}

function byCode(code: number, error: unknown): unknown {
  if (code === OUT_OF_DISK_SPACE) return storeFull("the disk of MongoDB is full", error);
  return AWAY.has(code) ? storeAway(`MongoDB cannot serve (code ${code})`, error) : error;
}

/**
 * Per document of an unordered batch, the duplicate that stopped it. Throws what stopped the batch as a whole, for instance
 * a majority that did not answer.
 */
export function duplicatesOf(error: unknown, documents: number): (DuplicateKey | undefined)[] {
  if (!(error instanceof MongoBulkWriteError)) throw translated(error);
  if (error.result.getWriteConcernError()) throw storeAway(UNCONFIRMED, error);
  const failures = [error.writeErrors].flat();
  // A lost connection comes in the same wrapper, without its class: with no failed write named, none was confirmed.
  if (failures.length === 0)
    throw typeof error.code === "number" ? byCode(error.code, error) : storeAway(UNREACHABLE, error);
  const answers = new Array<DuplicateKey | undefined>(documents).fill(undefined);
  for (const failed of failures) {
    if (failed.code !== DUPLICATE_KEY) throw byCode(failed.code, error);
    answers[failed.index] = duplicate(failed.errmsg ?? "");
  }
  return answers;
}

/** The server names the index in its message only: `… index: <name> dup key: …`. */
function duplicate(message: string): DuplicateKey {
  const name = / index: (\S+) dup key/.exec(message)?.[1] ?? "_id";
  return new DuplicateKey(name === "_id_" ? "_id" : name);
}
