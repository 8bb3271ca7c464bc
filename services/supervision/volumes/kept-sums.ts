import { BoundedMemory } from "../../base/bounded-memory.ts";
import { randomHex } from "../../base/random-hex.ts";
import { foreignPageToken } from "../../domain/refusal.ts";
import type { VolumeFigures } from "../../domain/volumes.ts";
import { orderedAmong } from "../../store/ordered-page.ts";
import type { Page } from "../../store/port.ts";

/** What one key of a question came to. */
export interface VolumeSum {
  key: string;
  volumes: VolumeFigures;
  /** Of a division: there are rows of divisions below it. */
  hasBelow: boolean;
}

/** What a question about volumes came to, whole. */
export interface VolumeSums {
  /** In the order of keys. */
  rows: readonly VolumeSum[];
  /** All rows added up. */
  total: VolumeFigures;
  /** Nodes that it rests on. */
  nodes: ReadonlySet<string>;
}

/** Rows that are kept of all questions together: a province's matters, once. */
const MOST_ROWS = 250_000;
/** A question whose pages nobody went on with for so long, milliseconds, is forgotten. */
const KEPT_MS = 600_000;

/** Orders that the contract names. Keys go by their characters, as they do without an order: so they are the id, not the key, of an order. */
const KEYS: Readonly<Record<string, (row: VolumeSum) => number>> = {
  key: () => 0,
  total: ({ volumes }) => volumes.issued + volumes.used + volumes.refused,
  issued: ({ volumes }) => volumes.issued,
  issued_in_time: ({ volumes }) => volumes.issuedInTime,
  used: ({ volumes }) => volumes.used,
  refused: ({ volumes }) => volumes.refused,
};

/** Sums of questions whose pages are being read, so that all pages are of one moment and nothing is added up again for each. */
export interface KeptSums {
  /**
   * A page of what a question comes to, in an order of the contract (empty: of keys). Where the sums are not kept any more, or by another process, they are made
   * anew, and the page goes on behind the place in the order that the last row had. Refused: `INVALID_FIELD` for a token that this list has not given, or not in
   * this order.
   */
  page(
    question: string,
    { limit, token, orderBy }: { limit: number; token: string; orderBy: string },
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
    async page(question, { limit, token, orderBy }, sum) {
      const { id, after } = placeIn(token, orderBy);
      forgetOld();
      const key = `${id} ${question}`;
      const sums = (id === "" ? undefined : kept.get(key)?.sums) ?? (await sum());
      const order = { orderBy, keys: KEYS, idOf: (row: VolumeSum) => row.key };
      const { items, next } = orderedAmong(sums.rows, { limit, ...(after !== undefined && { after }) }, order, () =>
        byKey(sums.rows, limit, after),
      );
      if (next === undefined) {
        kept.delete(key);
        return { ...sums, rows: items, next: "" };
      }
      const own = id === "" ? randomHex(8) : id;
      kept.renew(`${own} ${question}`, { sums, at: monotonic() }, sums.rows.length);
      return { ...sums, rows: items, next: `${orderBy === "" ? BY_KEY : ORDERED}${own}${next}` };
    },
  };
}

/** How tokens begin: those of the order of keys hold a key, others a place in their order. */
const BY_KEY = "k";
const ORDERED = "o";

function byKey(rows: readonly VolumeSum[], limit: number, after: string | undefined): Page<VolumeSum> {
  // The first key may be empty: what names nothing.
  const last = after === undefined ? undefined : Buffer.from(after, "base64url").toString();
  const begin = last === undefined ? 0 : rows.findIndex(({ key }) => key > last);
  if (begin < 0) return { items: [] };
  const items = rows.slice(begin, begin + limit);
  const end = items.at(-1)?.key;
  if (end === undefined || begin + limit >= rows.length) return { items };
  return { items, next: Buffer.from(end).toString("base64url") };
}

/** The sums, and behind what a page begins. */
function placeIn(token: string, orderBy: string): { id: string; after?: string } {
  if (token === "") return { id: "" };
  const [, kind, id, after] = /^([ko])([0-9a-f]{16})([A-Za-z0-9_-]*)$/.exec(token) ?? [];
  if (id === undefined || after === undefined) throw foreignPageToken();
  if (kind !== (orderBy === "" ? BY_KEY : ORDERED)) throw foreignPageToken();
  return { id, after };
}
