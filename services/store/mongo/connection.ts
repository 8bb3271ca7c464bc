/** Where the database is. */
export interface MongoOptions {
  /** Connection string; may hold a password, so it belongs in a file of its own and never in a log. */
  uri: string;
  /** Name of this node's database. */
  database: string;
  /** Milliseconds for one operation with all its retries, 10,000 by default; then it is refused with `STORE_AWAY`. */
  timeoutMs?: number;
}
