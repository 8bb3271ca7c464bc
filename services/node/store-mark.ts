import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { Refusal } from "../domain/refusal.ts";
import type { Logger } from "../host/log.ts";
import { compareAndSet } from "../store/compare-and-set.ts";
import type { Collection, CollectionSpec, Store, Stored } from "../store/port.ts";

/** The one document that tells an older copy of a store from the store. */
interface Mark extends Stored {
  /** Grows with each look at it, by whichever process. */
  count: number;
}

export const STORE_MARK: CollectionSpec = { name: "store_mark", indexes: [] };

/** What watches the mark of a store. */
export interface StoreMark {
  /** Throws `NODE_BEHIND` once the store was seen to have gone back. */
  check(): void;
  /** Resolves when nothing is written any more. */
  stop(): Promise<void>;
}

/** What {@link openStoreMark} works with. */
export interface StoreMarkParts {
  store: Pick<Store, "collection">;
  /** Of the service whose store it is, for messages. */
  service: string;
  /** Remembers the highest count that this process has seen; made where missing. */
  file: string;
  log: Pick<Logger, "error" | "warn">;
  /** The store went back while the process ran. Called once. */
  onWentBack(refusal: Refusal): void;
  /** Milliseconds between two looks. Default 5,000. */
  everyMs?: number;
}

const ID = "mark";
const EVERY_MS = 5_000;
/** Until the next look at a store that was away: it may have been put back meanwhile. */
const AWAY_MS = 250;

/**
 * Compares the store with what this process has seen of it, now and every 5 seconds: a mark in the store is counted up, and the count
 * kept in a file of the data directory once the store has it. A store that counts less was put back from an older copy. At the start
 * that is refused (`NODE_BEHIND`), nothing having been written; later `onWentBack` is told, and nothing more is written. It is judged by
 * what a durable write answers, never by a read alone, which a server that is no longer the primary may answer late; but a
 * store that has no room at the start, and by what is read is no older, is read on: what is in it can be served. A store that cannot be
 * reached has not gone back; it is looked at as soon as it is there again. Where data directory and store are put back together, nothing here tells; peers and agents do.
 */
export async function openStoreMark(parts: StoreMarkParts): Promise<StoreMark> {
  const collection = await parts.store.collection<Mark>(STORE_MARK);
  const seen = await readSeen(parts);
  const stored = await collection.get(ID);
  const count = stored ? (countOf(stored) ?? seen) : 0;
  if (count < seen) throw behind(parts, count, seen);
  const watch = new MarkWatch(parts, collection, seen);
  await watch.look().catch((error: unknown) => {
    if (!(error instanceof Refusal && error.reason === "STORE_FULL")) throw error;
    parts.log.warn({ store: parts.service }, "the store has no room: it is no older by what is read, and watched on");
  });
  watch.begin();
  return watch;
}

/** Owns what this process has seen. */
class MarkWatch implements StoreMark {
  readonly #parts: StoreMarkParts;
  readonly #collection: Collection<Mark>;
  #seen: number;
  #refusal: Refusal | undefined;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();
  #fileFails = false;

  constructor(parts: StoreMarkParts, collection: Collection<Mark>, seen: number) {
    this.#parts = parts;
    this.#collection = collection;
    this.#seen = seen;
  }

  check(): void {
    if (this.#refusal) throw this.#refusal;
  }

  begin(afterMs = this.#parts.everyMs ?? EVERY_MS): void {
    this.#timer = setTimeout(() => {
      let next: number | undefined;
      this.#looking = this.look().catch((error: unknown) => {
        // That it is away is told by the service's readiness.
        if (error instanceof Refusal && error.reason === "STORE_AWAY") next = AWAY_MS;
      });
      void this.#looking.then(() => {
        if (this.#timer && !this.#refusal) this.begin(next);
      });
    }, afterMs).unref();
  }

  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#looking;
  }

  async look(): Promise<void> {
    const count = await this.#countUp();
    // Another process counted up in between: that is seen at the next look.
    if (count === undefined) return;
    if (count < this.#seen) {
      this.#refusal = behind(this.#parts, count, this.#seen);
      this.#parts.onWentBack(this.#refusal);
      return;
    }
    this.#seen = count;
    await this.#keep();
  }

  /** Writes, and resolves to what is stored then. What has gone back is not counted up, so that no start takes it for level later. */
  async #countUp(): Promise<number | undefined> {
    const stored = await this.#collection.get(ID);
    const found = stored ? (countOf(stored) ?? this.#beginAnew()) : 0;
    const count = found < this.#seen ? found : found + 1;
    return (await compareAndSet(this.#collection, stored, { ...stored, _id: ID, revision: 1, count }))?.count;
  }

  /** A damaged count tells nothing: it begins anew where this process has got to. */
  #beginAnew(): number {
    const { log, service } = this.#parts;
    log.error({ store: service }, "the mark of the store cannot be read and is begun anew");
    return this.#seen;
  }

  /** Behind the store's write, so that the file never tells of more than the store has. */
  async #keep(): Promise<void> {
    const { file, log } = this.#parts;
    try {
      const text = `${JSON.stringify({ count: this.#seen })}\n`;
      const write = () => writeFile(`${file}.new`, text, { mode: 0o600 });
      await write().catch(async (error: NodeJS.ErrnoException) => {
        if (error.code !== "ENOENT") throw error;
        await mkdir(dirname(file), { recursive: true, mode: 0o700 });
        await write();
      });
      await rename(`${file}.new`, file);
      this.#fileFails = false;
    } catch (cause) {
      if (!this.#fileFails) log.warn({ file, cause }, "how far the store was seen cannot be kept");
      this.#fileFails = true;
    }
  }
}

function countOf({ count }: Mark): number | undefined {
  return Number.isSafeInteger(count) && count >= 0 ? count : undefined;
}

async function readSeen({ file, log }: StoreMarkParts): Promise<number> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (text === undefined) return 0;
  try {
    const { count } = JSON.parse(text) as { count: unknown };
    if (Number.isSafeInteger(count)) return count as number;
  } catch {
    // Told below.
  }
  log.warn({ file }, "how far the store was seen cannot be read; it is seen anew from here");
  return 0;
}

function behind({ service, file }: StoreMarkParts, count: number, seen: number): Refusal {
  const message = `the store of ${service} is an older copy: its mark is at ${count}, and this process has seen ${seen} (${file})`;
  const remedy = `put the right store back; where there is none, remove ${file}, start again, and run \`ecert recover\``;
  return new Refusal("NODE_BEHIND", `${message}: ${remedy}`, {
    metadata: { service, count: String(count), seen: String(seen), file },
    fields: [
      {
        field: "",
        description: message,
        remedy,
        localized: `服务${service}的存储是较旧的副本，请放回正确的存储；如已丢失，删除${file}后重新启动并执行ecert recover`,
      },
    ],
  });
}
