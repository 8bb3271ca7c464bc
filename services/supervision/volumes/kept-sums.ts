import { BoundedMemory } from "../../base/bounded-memory.ts";
import { randomHex } from "../../base/random-hex.ts";
import { foreignPageToken } from "../../domain/refusal.ts";
import type { VolumeFigures } from "../../domain/volumes.ts";

/** What a question about volumes came to, whole. */
export interface VolumeSums {
  /** By key, in the order of keys. */
  rows: readonly (readonly [string, VolumeFigures])[];
  /** Nodes that it rests on. */
  nodes: ReadonlySet<string>;
}

/** Rows that are kept of all questions together: a province's matters, once. */
const MOST_ROWS = 250_000;
/** A question whose pages nobody went on with for so long, milliseconds, is forgotten. */
const KEPT_MS = 600_000;

/** Sums of questions whose pages are being read, so that all pages are of one moment and nothing is added up again for each. */
export interface KeptSums {
  /**
   * A page of what a question comes to. Where the sums are not kept any more, or by another process, they are made anew, and the page goes on behind
   * the last key that was told. Refused: `INVALID_FIELD` for a token that this list has not given.
   */
  page(
    question: string,
    { limit, token }: { limit: number; token: string },
    sum: () => Promise<VolumeSums>,
  ): Promise<VolumeSums & { next: string }>;
}

/** Creates the memory. */
export function createKeptSums(monotonic: () => number): KeptSums {
  const kept = new BoundedMemory<string, { sums: VolumeSums; at: number }>(MOST_ROWS);

  function forgetOld(): void {
    for (const [key, { at }] of kept) if (at < monotonic() - KEPT_MS) kept.delete(key);
  }

  return {
    async page(question, { limit, token }, sum) {
      const { id, last } = placeIn(token);
      forgetOld();
      const key = `${id} ${question}`;
      const sums = (id === "" ? undefined : kept.get(key)?.sums) ?? (await sum());
      const begin = last === undefined ? 0 : sums.rows.findIndex(([one]) => one > last);
      const rows = begin < 0 ? [] : sums.rows.slice(begin, begin + limit);
      const end = rows.at(-1)?.[0];
      const isLast = begin < 0 || end === undefined || begin + limit >= sums.rows.length;
      if (isLast) {
        kept.delete(key);
        return { ...sums, rows, next: "" };
      }
      const own = id === "" ? randomHex(8) : id;
      kept.renew(`${own} ${question}`, { sums, at: monotonic() }, sums.rows.length);
      return { ...sums, rows, next: `k${own}${Buffer.from(end).toString("base64url")}` };
    },
  };
}

/** The sums and the key behind which a page begins. */
function placeIn(token: string): { id: string; last?: string } {
  if (token === "") return { id: "" };
  const [, id, text] = /^k([0-9a-f]{16})([A-Za-z0-9_-]*)$/.exec(token) ?? [];
  if (id === undefined || text === undefined) throw foreignPageToken();
  return { id, last: Buffer.from(text, "base64url").toString() };
}
