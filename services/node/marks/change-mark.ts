import { begunAfter } from "../../base/begun-after.ts";
import { pause } from "../../base/pause.ts";
import type { Logger } from "../../host/log.ts";
import { compareAndSet } from "../../store/compare-and-set.ts";
import type { Collection, CollectionSpec, Store, Stored } from "../../store/port.ts";

/** What is told of changes: answers that were given under one mark count while it is told. */
export interface MarkState {
  /** Empty while something is being changed here: nothing is to be kept. */
  mark: string;
  /** Nothing was changed for {@link SETTLED_MS}. Before that an answer is to be kept for {@link UNSETTLED_MS} at most. */
  settled: boolean;
}

/** What tells that something changed on which the answers of a service rest, to all its processes and whoever keeps such answers. */
export interface ChangeMark {
  /**
   * Does a write to what answers rest on. The mark is raised before it, durably, so that a process that is killed in the middle has told that there
   * may be a change; and once more behind it. Throws what the write throws, and `STORE_AWAY` and `STORE_FULL` before it.
   */
  during<T>(write: () => Promise<T>): Promise<T>;
  /** The mark as it is now, or was {@link LOOK_MS} ago: other processes raise it too. Throws `STORE_AWAY`. */
  told(): Promise<MarkState>;
  /** Resolves when this process has something else to tell than at the turn, after `ms`, or when the signal aborts. */
  wait(turn: number, ms: number, signal: AbortSignal): Promise<void>;
  /** Counts what this process had to tell. */
  readonly turn: number;
}

/** How long a mark is taken as it was read, milliseconds: what another process of the service changes is told by then. */
export const LOOK_MS = 250;
/** Behind a raised mark the write that it announces may not be there yet for so long, milliseconds, whatever became of who raised it. */
export const SETTLED_MS = 5_000;
/** How long an answer that was given before the mark had settled may be kept, milliseconds. */
export const UNSETTLED_MS = 2_000;
/** A mark that was raised a moment ago announces further writes, milliseconds; well below what it needs to settle. */
const ANNOUNCED_MS = 1_000;
/** While a write takes long the mark is raised again and again, milliseconds: it does not settle before the write is there. */
const STILL_MS = 2_000;
/** Pause before the mark is raised behind a write: many writes share it, milliseconds. */
const BEHIND_MS = 250;
const ID = "mark";

/** What {@link openChangeMark} works with. */
export interface ChangeMarkParts {
  store: Pick<Store, "collection">;
  /** Where the mark is kept, in the service's own store. */
  spec: CollectionSpec;
  monotonic(): number;
  log: Pick<Logger, "warn">;
  /** Ends the raising behind writes. */
  signal: AbortSignal;
}

/** Opens the mark of a service: one document, whose revision it is. */
export async function openChangeMark(parts: ChangeMarkParts): Promise<ChangeMark> {
  return new StoredMark(parts, await parts.store.collection<Stored>(parts.spec));
}

/** Owns what this process knows of the mark, and has still to raise it for. */
class StoredMark implements ChangeMark {
  readonly #parts: ChangeMarkParts;
  readonly #marks: Collection<Stored>;
  /** As it was read last: its revision, when that was first seen, and when the last reading of it began. */
  #read: { revision: number; seenAt: number; readAt: number } | undefined;
  #raisedAt = Number.NEGATIVE_INFINITY;
  /** Writes that run, that ran, and those of the latter for which the mark has been raised. */
  #running = 0;
  #done = 0;
  #raisedFor = 0;
  #raising = false;
  #still: NodeJS.Timeout | undefined;
  #turn = 0;
  readonly #sleepers = new Set<AbortController>();
  readonly #raise = begunAfter(() => this.#raiseOnce());
  readonly #look = begunAfter(() => this.#lookOnce());

  constructor(parts: ChangeMarkParts, marks: Collection<Stored>) {
    this.#parts = parts;
    this.#marks = marks;
  }

  get turn(): number {
    return this.#turn;
  }

  async during<T>(write: () => Promise<T>): Promise<T> {
    this.#running++;
    if (this.#running === 1) this.#ring();
    // Where the store fails the write fails too, and says so.
    this.#still ??= setInterval(() => void this.#raise().catch(() => {}), STILL_MS).unref();
    try {
      if (this.#parts.monotonic() - this.#raisedAt >= ANNOUNCED_MS) await this.#raise();
      return await write();
    } finally {
      this.#running--;
      this.#done++;
      if (this.#running === 0) {
        clearInterval(this.#still);
        this.#still = undefined;
      }
      void this.#raiseBehind();
    }
  }

  async told(): Promise<MarkState> {
    const { monotonic } = this.#parts;
    if (!this.#isChanging() && !(this.#read && monotonic() - this.#read.readAt < LOOK_MS)) await this.#look();
    if (this.#isChanging() || !this.#read) return { mark: "", settled: false };
    const { revision, seenAt } = this.#read;
    const settled = monotonic() - seenAt >= SETTLED_MS;
    // Another text once it has settled: whoever waits for another one hears of that.
    return { mark: settled ? `${revision}` : `${revision}~`, settled };
  }

  async wait(turn: number, ms: number, signal: AbortSignal): Promise<void> {
    if (turn !== this.#turn) return;
    const sleeper = new AbortController();
    this.#sleepers.add(sleeper);
    await pause(ms, AbortSignal.any([signal, sleeper.signal]));
    this.#sleepers.delete(sleeper);
  }

  #isChanging(): boolean {
    return this.#running > 0 || this.#raisedFor < this.#done;
  }

  #ring(): void {
    this.#turn++;
    for (const sleeper of this.#sleepers) sleeper.abort();
  }

  async #raiseOnce(): Promise<void> {
    const begun = this.#parts.monotonic();
    const stored = await this.#marks.get(ID);
    // Where somebody else was first the mark is another since this began, which is all that is wanted.
    await compareAndSet(this.#marks, stored, { _id: ID, revision: 1 });
    this.#raisedAt = begun;
  }

  async #lookOnce(): Promise<void> {
    const { monotonic } = this.#parts;
    const readAt = monotonic();
    const revision = (await this.#marks.get(ID))?.revision ?? 0;
    const known = this.#read;
    const seenAt = known?.revision === revision ? known.seenAt : monotonic();
    this.#read = { revision, seenAt, readAt };
  }

  /** Raises the mark for writes that are done, again and again until there is none: before that nothing is told to be as it was. */
  async #raiseBehind(): Promise<void> {
    if (this.#raising) return;
    this.#raising = true;
    const { log, signal } = this.#parts;
    let failed = false;
    while (this.#raisedFor < this.#done && !signal.aborted) {
      await pause(BEHIND_MS, signal, { ref: false });
      if (signal.aborted) break;
      const done = this.#done;
      try {
        await this.#raise();
        await this.#look();
        this.#raisedFor = done;
      } catch (error) {
        if (!failed && !signal.aborted)
          log.warn({ error: String(error) }, "a change cannot be told yet; nothing is kept until then");
        failed = true;
      }
    }
    this.#raising = false;
    if (!this.#isChanging()) this.#ring();
  }
}
