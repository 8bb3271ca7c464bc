import type { MongoOptions } from "./mongo/connection.ts";
import type { Store } from "./port.ts";
import type { SqliteOptions } from "./sqlite/connection.ts";
import { openSqliteStore } from "./sqlite/store.ts";

/** The embedded engine: a file in a folder of this host. Processes that share the store name the same one. */
export interface SqliteStoreConfig extends SqliteOptions {
  engine: "sqlite";
}

/** MongoDB 5 or later, as a replica set (of one, if need be): majority writes and retries need its oplog. */
export interface MongoStoreConfig extends MongoOptions {
  engine: "mongodb";
}

/** What the store is opened with. */
export type StoreConfig = SqliteStoreConfig | MongoStoreConfig;

/**
 * Opens a store. Refuses `STORE_AWAY` within a few seconds where the database cannot be reached, `STORE_FULL` where its
 * disk is full. The driver of an engine is loaded only when it is asked for.
 */
export async function openStore(config: StoreConfig): Promise<Store> {
  if (config.engine === "sqlite") return openSqliteStore(config);
  const { openMongoStore } = await import("./mongo/store.ts");
  return openMongoStore(config);
}
