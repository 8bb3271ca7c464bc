import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { ReadRow } from "../../document/table/read-row.ts";

/** What one piece of a file's rows holds at most. */
export const CHUNK = { rows: 1_000, bytes: 2 << 20 } as const;

/** A piece as it goes from thread to thread, of rows as JSON: compressed, since all of them wait together. */
export function packed(lines: readonly string[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(deflateRawSync(`[${lines.join(",")}]`, { level: 1 }));
}

/** The rows of a piece. */
export function rowsIn(chunk: Uint8Array): ReadRow[] {
  return JSON.parse(inflateRawSync(chunk).toString()) as ReadRow[];
}
