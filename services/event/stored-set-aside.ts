import { BoundedMemory } from "../base/bounded-memory.ts";
import { instantOf } from "../domain/instant.ts";
import { Refusal, refuseField } from "../domain/refusal.ts";
import type { Logger } from "../host/log.ts";
import type { Metrics } from "../host/metrics.ts";
import type { Evidence } from "../journal/evidence.ts";
import { insertNew } from "../store/insert-new.ts";
import type { Collection, Page, Store } from "../store/port.ts";
import type { Retried, Retry, SetAside } from "./set-aside.ts";
import {
  causeOf,
  isWhole,
  PLACES,
  type Place,
  rowOf,
  SET_ASIDE,
  type SetAsideEntry,
  type SetAsideRow,
} from "./set-aside-row.ts";

/** Rows kept per service. */
export const SET_ASIDE_ROWS = 100_000;
/** Of which one other node may fill so many: it must not take the room of all. */
export const NODE_ROWS = 20_000;
/** Rows whose content is kept as well: 1 GiB at most. */
export const CONTENT_ROWS = 4_096;
/** Of which one other node may fill so many: no node takes the room that is there to try again what others sent. */
export const NODE_CONTENT_ROWS = 512;
/** Rows of one page, where all are read. */
const PAGE = 500;
/** Rows remembered as stored, so that a list that is read every second need not ask the store for each of them. */
const REMEMBERED = 10_000;
/** After this long the store is asked again: another replica may have retried the row. */
const REMEMBERED_MS = 30_000;

/** What the collection works with. */
export interface SetAsideParts {
  store: Store;
  evidence: Evidence;
  log: Logger;
  metrics: Metrics;
  now(): Date;
}

/** Opens the collection of a service. `rows` narrows its limit, for tests. */
export async function openSetAside(parts: SetAsideParts, rows = SET_ASIDE_ROWS): Promise<SetAside> {
  const collection = await parts.store.collection<SetAsideRow>(SET_ASIDE);
  const opened = new StoredSetAside(parts, collection, rows);
  await opened.refresh();
  return opened;
}

/** Owns the collection, and what is remembered of it. */
class StoredSetAside implements SetAside {
  readonly #parts: SetAsideParts;
  readonly #collection: Collection<SetAsideRow>;
  readonly #limit: number;
  readonly #retries = new Map<string, Retry[]>();
  /** By id: reason and detail as stored, and when that was seen. */
  readonly #known = new BoundedMemory<string, { text: string; at: number }>(REMEMBERED);
  readonly #counts = new Map<Place, number>();

  constructor(parts: SetAsideParts, collection: Collection<SetAsideRow>, limit: number) {
    this.#parts = parts;
    this.#collection = collection;
    this.#limit = limit;
  }

  async put(entry: SetAsideEntry): Promise<void> {
    const fresh = rowOf(entry, this.#parts.now(), true);
    const text = `${fresh.reason} ${fresh.detail} ${fresh.contentSha256}`;
    const known = this.#known.get(fresh._id);
    if (known?.text === text && performance.now() - known.at < REMEMBERED_MS) return;
    const stored = await this.#collection.get(fresh._id);
    if (!stored) await this.#insert(entry, fresh);
    else if (!isWhole(stored) || textOf(stored) !== text) await this.#replace(stored, entry, fresh);
    this.#known.renew(fresh._id, { text, at: performance.now() });
  }

  async tell(entry: SetAsideEntry): Promise<void> {
    try {
      await this.put(entry);
    } catch (error) {
      const { place, source, key } = entry;
      this.#parts.log.error(
        { place, source, key, cause: String(error) },
        "what cannot be read cannot be set aside now",
      );
    }
  }

  async cleared({ place, source, node = "", key }: Parameters<SetAside["cleared"]>[0]): Promise<void> {
    if (!this.#counts.get(place)) return;
    for await (const row of this.#all([place, source, node, key])) await this.#remove(row);
  }

  onRetry(place: Place, source: string, retry: Retry): void {
    const key = `${place}|${source}`;
    this.#retries.set(key, [...(this.#retries.get(key) ?? []), retry]);
  }

  list(limit: number, after: string, { newestFirst } = { newestFirst: false }): Promise<Page<SetAsideRow>> {
    return this.#collection.query({ index: "since", descending: newestFirst, limit, ...(after && { after }) });
  }

  async retry(id: string): Promise<Retried> {
    const row = await this.#collection.get(id);
    if (!row)
      throw refuseField(
        "INVALID_FIELD",
        "id",
        "nothing with this id is set aside",
        "list what is",
        "没有隔离这一条，请先列出已隔离的内容",
      );
    try {
      // A row of this list that cannot be read names nothing that could be tried: whoever set it aside does so again.
      if (isWhole(row)) await this.#tryAgain(row);
    } catch (error) {
      const next = { ...row, ...causeOf(error), tries: row.tries + 1 };
      this.#known.delete(id);
      return (await this.#collection.replace(next)) ?? this.#collection.get(id);
    }
    return (await this.#remove(row)) ? undefined : this.#collection.get(id);
  }

  async keysOf(place: Place, source: string, node: string): Promise<{ count: number; keys: string[] }> {
    const keys: string[] = [];
    for await (const { key } of this.#all([place, source, node])) keys.push(key);
    return { count: keys.length, keys };
  }

  async ofNode(node: string): Promise<{ count: number; oldest: string }> {
    const count = await this.#collection.count("node", [node]);
    if (count === 0) return { count, oldest: "" };
    const [oldest] = (await this.#collection.query({ index: "node", equals: [node], limit: 1 })).items;
    return { count, oldest: String(oldest?.key ?? "") };
  }

  async refresh(): Promise<void> {
    let placed = 0;
    for (const place of PLACES) {
      const count = await this.#collection.count("place", [place]);
      this.#counts.set(place, count);
      placed += count;
    }
    // Rows of this list that have no place any more.
    const lost = Math.max(0, (await this.#collection.count("since")) - placed);
    this.#counts.set("store", (this.#counts.get("store") ?? 0) + lost);
    for (const place of PLACES) this.#measure(place);
  }

  total(): number {
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
  }

  notices(): string[] {
    const counted = [...this.#counts].filter(([, count]) => count > 0);
    return counted.length === 0
      ? []
      : [`set aside: ${counted.map(([place, count]) => `${place} ${count}`).join(", ")}`];
  }

  /** All rows that a beginning of the index `key` selects. */
  async *#all(equals: readonly string[]): AsyncGenerator<SetAsideRow> {
    let after: string | undefined;
    do {
      const page = { index: "key", equals, limit: PAGE, ...(after !== undefined && { after }) };
      const { items, next } = await this.#collection.query(page);
      yield* items;
      after = next;
    } while (after !== undefined);
  }

  async #tryAgain(row: SetAsideRow): Promise<void> {
    const retries = this.#retries.get(`${row.place}|${row.source}`);
    if (!retries) throw new Refusal("STATE_CONFLICT", `this version reads nothing from ${row.source}`);
    for (const retry of retries) await retry(row);
  }

  async #insert(entry: SetAsideEntry, fresh: SetAsideRow): Promise<void> {
    const { log, metrics, evidence } = this.#parts;
    const { place, source, node, key, reason, detail, contentSha256 } = fresh;
    const told = { place, source, node, key, reason, detail, ...(contentSha256 && { sha256: contentSha256 }) };
    if (!(await this.#hasRoom(node))) {
      metrics.count("set_aside_dropped", { place });
      log.error(told, "something cannot be read or applied, and the list of what was set aside is full");
      return;
    }
    await evidence.append("set-aside", told);
    if (!(await insertNew(this.#collection, await this.#fitting(entry, fresh)))) return;
    log.error(told, "something cannot be read or applied and is set aside");
    this.#changed(place, 1);
  }

  /** Whoever was faster has said as much. */
  async #replace(stored: SetAsideRow, entry: SetAsideEntry, fresh: SetAsideRow): Promise<void> {
    const row = stored.kept ? fresh : await this.#fitting(entry, fresh);
    const since = typeof stored.since === "string" ? stored.since : fresh.since;
    const tries = isWhole(stored) ? stored.tries : 1;
    await this.#collection.replace({ ...row, since, tries, revision: stored.revision });
  }

  /** The row, without its content where there is no room for that. */
  async #fitting(entry: SetAsideEntry, fresh: SetAsideRow): Promise<SetAsideRow> {
    if (!fresh.kept || (await this.#hasContentRoom(fresh.node))) return fresh;
    return rowOf(entry, new Date(instantOf(fresh.since)), false);
  }

  async #hasContentRoom(node: string): Promise<boolean> {
    if ((await this.#collection.count("kept")) >= CONTENT_ROWS) return false;
    return node === "" || (await this.#collection.count("keptOf", [node, 1])) < NODE_CONTENT_ROWS;
  }

  async #hasRoom(node: string): Promise<boolean> {
    const total = [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
    if (total >= this.#limit) return false;
    return node === "" || (await this.#collection.count("node", [node])) < Math.min(NODE_ROWS, this.#limit);
  }

  async #remove(row: SetAsideRow): Promise<boolean> {
    this.#known.delete(row._id);
    if (!(await this.#collection.remove(row._id, row.revision))) return false;
    const { place, source, node, key } = row;
    this.#changed(isWhole(row) ? place : "store", -1);
    this.#parts.log.info({ place, source, node, key }, "what was set aside is read or applied now");
    return true;
  }

  #changed(place: Place, by: 1 | -1): void {
    this.#counts.set(place, Math.max(0, (this.#counts.get(place) ?? 0) + by));
    this.#measure(place);
  }

  #measure(place: Place): void {
    this.#parts.metrics.gauge("set_aside", this.#counts.get(place) ?? 0, { place });
  }
}

function textOf({ reason, detail, contentSha256 }: SetAsideRow): string {
  return `${reason} ${detail} ${contentSha256}`;
}
