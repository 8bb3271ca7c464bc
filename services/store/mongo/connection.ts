import { type Db, MongoClient } from "mongodb";
import { Refusal } from "../../domain/refusal.ts";
import { asking } from "./failure.ts";

/** Where the database is. */
export interface MongoOptions {
  /** Connection string; may hold a password, so it belongs in a file of its own and never in a log. */
  uri: string;
  /** Name of this node's database. */
  database: string;
  /**
   * Milliseconds that one attempt of an operation may take, 10,000 by default. The driver makes at most two; then it is
   * refused with `STORE_AWAY`.
   */
  timeoutMs?: number;
}

/** Milliseconds in which a primary must be found: an absent database is a quick refusal, not a hanging call. */
const SELECTION_MS = 3_000;

/** An open database of a replica set, with the guarantees that the store port asks for. */
export interface MongoConnection {
  readonly database: Db;
  close(): Promise<void>;
}

/**
 * Connects with majority, journaled writes, retried once by the driver under one transaction number (so that a retry never
 * meets itself as a duplicate), and majority reads at the primary. What the connection string says about these is overruled.
 */
export async function connect(options: MongoOptions): Promise<MongoConnection> {
  const timeout = options.timeoutMs ?? 10_000;
  const client = new MongoClient(options.uri, {
    appName: "ecert",
    serverSelectionTimeoutMS: SELECTION_MS,
    connectTimeoutMS: SELECTION_MS,
    waitQueueTimeoutMS: timeout,
    // Longer than the write concern's, so that a slow majority is told by the server, not guessed from silence.
    socketTimeoutMS: timeout + 1_000,
    retryWrites: true,
    retryReads: true,
    readPreference: "primary",
    readConcern: { level: "majority" },
    writeConcern: { w: "majority", journal: true, wtimeoutMS: timeout },
  });
  const close = () => client.close();
  try {
    await asking(() => client.connect());
    const hello = await asking(() => client.db("admin").command({ hello: 1 }));
    // Behind a router (`isdbgrid`) every shard is a replica set.
    if (hello.setName === undefined && hello.msg !== "isdbgrid")
      throw new Refusal("STORE_AWAY", "MongoDB runs stand-alone: start it as a replica set (of one, if need be)");
    return { database: client.db(options.database), close };
  } catch (error) {
    await close();
    throw error;
  }
}
