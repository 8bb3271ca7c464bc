import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * Where compiled code is kept, as `NODE_COMPILE_CACHE`: without it each process holds the compiler of TypeScript in memory, 20 MB in each of its
 * threads. Plain Node 20 without npm packages.
 */
export const COMPILED = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "node_modules", ".cache", "compiled");
