import type { Page } from "../store/port.ts";
import type { Place, SetAsideEntry, SetAsideRow } from "./set-aside-row.ts";

/** Tries again what was set aside; resolves if it is read and applied now, or is no longer there. */
export type Retry = (row: SetAsideRow) => Promise<void>;

/** What was tried again, as it is now; `undefined`: it has left the list. */
export type Retried = SetAsideRow | undefined;

/**
 * What a service could not read or apply, durably, so that all else goes on: one collection `set_aside` per service, one
 * line of the log (level error) and one of the evidence per row, a gauge `set_aside` by place.
 */
export interface SetAside {
  /**
   * Keeps an entry. The same again changes nothing but its reason. At most `SET_ASIDE_ROWS` are kept, of one other node's
   * at most `NODE_ROWS`; what comes beyond is counted (`set_aside_dropped`) and logged. Throws `STORE_AWAY`, `STORE_FULL`.
   */
  put(entry: SetAsideEntry): Promise<void>;
  /** Like `put`, for those who read: never throws, and what cannot be kept now is logged. */
  tell(entry: SetAsideEntry): Promise<void>;
  /** What had been set aside under this key was read or applied after all: it leaves the list. */
  cleared(entry: Pick<SetAsideEntry, "place" | "source" | "node" | "key">): Promise<void>;
  /** Registers what a retry does with rows of a source; of several, all must succeed. */
  onRetry(place: Place, source: string, retry: Retry): void;
  /** Rows, oldest first. A damaged token is refused (`INVALID_FIELD`, `page_token`). */
  list(limit: number, after: string, order?: { newestFirst: boolean }): Promise<Page<SetAsideRow>>;
  /** Tries a row again now. Throws `INVALID_FIELD` where nothing with this id is set aside. */
  retry(id: string): Promise<Retried>;
  /** Keys of all that was set aside of a node at a place and source, and how many there are. */
  keysOf(place: Place, source: string, node: string): Promise<{ count: number; keys: string[] }>;
  /** Rows that came from a node or were meant for it, and the key of the oldest. */
  ofNode(node: string): Promise<{ count: number; oldest: string }>;
  /** Counts what is stored, also by other replicas, for gauge and notice. */
  refresh(): Promise<void>;
  /** How many there are. As of the last count. */
  total(): number;
  /** Sentences for whoever looks after the node; none where nothing is set aside. As of the last count. */
  notices(): string[];
}
