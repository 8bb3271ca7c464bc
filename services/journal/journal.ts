import { type FileHandle, mkdir, open } from "node:fs/promises";
import { join } from "node:path";
import type { JsonObject } from "../domain/canonical.ts";
import { type ChainEntry, type ChainHead, chainEntry } from "../domain/hash-chain.ts";
import { Refusal } from "../domain/refusal.ts";
import { takeExclusiveLock } from "./exclusive-lock.ts";
import { headBefore, listSegments, scanSegment, segmentPath } from "./journal-segments.ts";

/** How a journal is opened. */
export interface JournalOptions {
  /** Made when absent, readable by its owner only. */
  directory: string;
  /** Lower-case letters, digits and dashes; several journals may share a directory. */
  name: string;
  now: () => Date;
  /** Size at which the next segment is begun. Default 64 MiB. */
  segmentBytes?: number;
}

/** An append-only, hash-chained log on disk. One process at a time may have it open. */
export interface Journal {
  /**
   * Appends an entry. The promise MUST NOT resolve before the entry is durable (`fdatasync`); appends of one turn, and
   * those that arrive during a sync, share the next one. `body` must not be changed afterwards. Rejects with `STORE_FULL`
   * where the disk is full (a later append may succeed) and with `STORE_AWAY` after any other fault of the disk, for
   * good: after a failed sync nobody can know what is on disk, so the journal must be opened anew.
   */
  append(kind: string, body: JsonObject): Promise<ChainEntry>;
  /** The last durable entry. */
  head(): ChainHead;
  /** Bytes of an unfinished, hence never acknowledged, last line that opening has cut off. */
  readonly tornBytes: number;
  /** Resolves when all that was appended until now is durable or rejected. */
  flush(): Promise<void>;
  /** Flushes, then gives the journal free. */
  close(): Promise<void>;
}

interface Waiting {
  kind: string;
  body: JsonObject;
  time: string;
  resolve(entry: ChainEntry): void;
  reject(error: unknown): void;
}

/**
 * Opens a journal for appending and continues its chain. An incomplete last line is cut off: it was never acknowledged.
 * Any other damage in the last segment is refused (`INTERNAL`), older segments are left to `verifyJournal`. A journal
 * that another process has open is refused with `STATE_CONFLICT`; the lock ends with its process, however that dies.
 */
export async function openJournal({ directory, name, now, segmentBytes = 64 << 20 }: JournalOptions): Promise<Journal> {
  if (!/^[a-z0-9-]+$/.test(name))
    throw new TypeError(`journal name ${name}: lower-case letters, digits and dashes only`);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const lock = takeExclusiveLock(join(directory, `${name}.lock`));
  try {
    const segments = await listSegments(directory, name);
    const last = segments.at(-1) ?? { path: segmentPath(directory, name, 1), first: 1 };
    if (segments.length === 0) await createSegment(directory, last.path);
    const scan = await scanSegment(last, await headBefore(segments));
    const file = await open(last.path, "r+");
    if (scan.torn > 0) await cutTo(file, scan.size);
    return new AppendLog({ directory, name, now, segmentBytes }, file, scan, () => lock.release());
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** Owns the open file: the one place that knows which bytes are durable. */
class AppendLog implements Journal {
  readonly tornBytes: number;
  readonly #options: Required<JournalOptions>;
  readonly #release: () => void;
  #file: FileHandle;
  #head: ChainHead;
  #size: number;
  #waiting: Waiting[] = [];
  #draining: Promise<void> | undefined;
  #failure: Refusal | undefined;

  constructor(
    options: Required<JournalOptions>,
    file: FileHandle,
    scan: { head: ChainHead; size: number; torn: number },
    release: () => void,
  ) {
    this.#options = options;
    this.#file = file;
    this.#head = scan.head;
    this.#size = scan.size;
    this.tornBytes = scan.torn;
    this.#release = release;
  }

  append(kind: string, body: JsonObject): Promise<ChainEntry> {
    if (this.#failure) return Promise.reject(this.#failure);
    const time = this.#options.now().toISOString();
    return new Promise((resolve, reject) => {
      this.#waiting.push({ kind, body, time, resolve, reject });
      this.#draining ??= this.#drain();
    });
  }

  head(): ChainHead {
    return this.#head;
  }

  async flush(): Promise<void> {
    await this.#draining;
  }

  async close(): Promise<void> {
    await this.flush();
    if (this.#failure === CLOSED) return;
    this.#failure = CLOSED;
    await this.#file.close();
    this.#release();
  }

  async #drain(): Promise<void> {
    // Waiting for the end of the turn lets everything that arrived in one read of a socket share one sync.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) {
      const group = this.#waiting;
      this.#waiting = [];
      await this.#commit(group);
    }
    this.#draining = undefined;
  }

  async #commit(group: Waiting[]): Promise<void> {
    const durable: [Waiting, ChainEntry][] = [];
    const lines: string[] = [];
    let head = this.#head;
    for (const waiting of group) {
      try {
        const entry = chainEntry(head, waiting);
        lines.push(`${JSON.stringify(entry)}\n`);
        durable.push([waiting, entry]);
        head = entry;
      } catch (error) {
        waiting.reject(error);
      }
    }
    try {
      if (this.#failure) throw this.#failure;
      await this.#write(Buffer.from(lines.join(""), "utf8"));
    } catch (error) {
      const refusal = await this.#recover(error);
      for (const [waiting] of durable) waiting.reject(refusal);
      return;
    }
    this.#head = { n: head.n, hash: head.hash };
    for (const [waiting, entry] of durable) waiting.resolve(entry);
  }

  async #write(bytes: Buffer): Promise<void> {
    if (this.#size >= this.#options.segmentBytes) await this.#rotate();
    for (let written = 0; written < bytes.length; ) {
      written += (await this.#file.write(bytes, written, bytes.length - written, this.#size + written)).bytesWritten;
    }
    await this.#file.datasync();
    this.#size += bytes.length;
  }

  async #rotate(): Promise<void> {
    const { directory, name } = this.#options;
    const path = segmentPath(directory, name, this.#head.n + 1);
    await createSegment(directory, path);
    const next = await open(path, "r+");
    await this.#file.close();
    this.#file = next;
    this.#size = 0;
  }

  /** After a full disk the file is cut back to what is durable, and the journal goes on; after anything else it does not. */
  async #recover(error: unknown): Promise<Refusal> {
    if (error instanceof Refusal) return error;
    const { code } = error as NodeJS.ErrnoException;
    const where = this.#options.directory;
    try {
      await cutTo(this.#file, this.#size);
      if (code === "ENOSPC" || code === "EDQUOT") {
        const message = `the disk of ${where} is full: free space, then repeat`;
        return new Refusal("STORE_FULL", message, {
          retryAfterMs: 5_000,
          metadata: { directory: where },
          cause: error,
        });
      }
    } catch {
      // The refusal below is what matters: the first fault is its cause.
    }
    const message = `the disk of ${where} fails (${code ?? "unknown fault"}): open the journal anew once it is repaired`;
    this.#failure = new Refusal("STORE_AWAY", message, { metadata: { directory: where }, cause: error });
    return this.#failure;
  }
}

const CLOSED = new Refusal("CANCELLED", "the journal is closed");

async function cutTo(file: FileHandle, size: number): Promise<void> {
  await file.truncate(size);
  await file.datasync();
}

/** Makes an empty segment whose name survives a power cut: the directory is synced too. */
async function createSegment(directory: string, path: string): Promise<void> {
  await (await open(path, "a", 0o600)).close();
  await using folder = await open(directory, "r");
  await folder.sync();
}
