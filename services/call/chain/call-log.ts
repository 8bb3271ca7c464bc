import { renameSync, rmSync } from "node:fs";
import { appendFile, mkdir, stat, truncate } from "node:fs/promises";
import { dirname } from "node:path";
import type { Actor } from "../../domain/actor.ts";

/** One line of the call log. No personal data and no tokens: the caller is named by its account. */
export interface CallLine {
  /** RFC 3339, UTC. */
  time: string;
  requestId: string;
  traceId: string;
  caller: string;
  method: string;
  /** `OK` or the reason of the refusal. */
  outcome: string;
  /** Milliseconds from admission to answer. */
  ms: number;
  /** What the handler noted: codes and numbers. */
  notes?: Record<string, string>;
}

/** What is known at the end of a call and does not go into the log. */
export interface CallEnd {
  caller: Actor;
  /** Fields that a refusal names, as their caller spells them. */
  fields: readonly string[];
}

/** The call log of one service: JSON lines in a file, written behind. */
export interface CallLog {
  write(line: CallLine, end?: CallEnd): void;
  /** Writes what is still in memory. */
  close(): Promise<void>;
}

/** How a call log is kept. */
export interface CallLogOptions {
  file: string;
  /** Size at which the file is turned over to `.1`, `.2` … Default 64 MiB. */
  maxBytes?: number;
  /** Turned-over files that are kept. Default 8. */
  keep?: number;
  /** Lines could not be written, or came faster than they can be: calls go on without their log lines. */
  onDropped?: (lines: number) => void;
  /** Told of it once a minute at most, with the lines that were dropped since the last time. */
  onError: (error: unknown, dropped: number) => void;
  /** Milliseconds of a clock that nobody sets. */
  monotonic?: () => number;
}

const FLUSH_MS = 100;
/** Lines in memory at most while the disk does not take them. */
const MAX_WAITING = 100_000;
/** A disk that is full is told so often; what is dropped meanwhile is counted. */
const TELL_MS = 60_000;

/**
 * Opens a call log. Lines reach the file within 100 ms or at {@link CallLog.close}; a killed process may lose the last 100 ms
 * (what must not be lost is in the evidence chain). While the disk does not take lines they are dropped and counted; it is tried again with
 * the next ones.
 */
export async function openCallLog(options: CallLogOptions): Promise<CallLog> {
  const {
    file,
    maxBytes = 64 << 20,
    keep = 8,
    onError,
    onDropped = () => {},
    monotonic = () => performance.now(),
  } = options;
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  let size = await stat(file).then(
    (found) => found.size,
    () => 0,
  );
  let waiting: string[] = [];
  let writing: Promise<void> | undefined;
  let torn = false;
  let dropped = 0;
  let toldAt = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;

  function flush(): void {
    timer = undefined;
    if (waiting.length === 0 || writing) return;
    const lines = waiting;
    waiting = [];
    writing = append(lines.join(""))
      .catch((error: unknown) => drop(lines.length, error))
      .finally(() => {
        writing = undefined;
        if (waiting.length > 0) flushSoon();
      });
  }

  function flushSoon(): void {
    timer ??= setTimeout(flush, FLUSH_MS).unref();
  }

  async function append(text: string): Promise<void> {
    if (torn) await truncate(file, size);
    torn = false;
    if (size >= maxBytes) {
      turnOver(file, keep);
      size = 0;
    }
    // A disk that becomes full may take a part of it: that is cut off before anything follows.
    torn = true;
    await appendFile(file, text, { mode: 0o600 });
    torn = false;
    size += Buffer.byteLength(text);
  }

  function drop(lines: number, error: unknown): void {
    dropped += lines;
    onDropped(lines);
    if ((error as NodeJS.ErrnoException).code === "ENOENT") [size, torn] = [0, false];
    if (monotonic() - toldAt < TELL_MS) return;
    toldAt = monotonic();
    onError(error, dropped);
    dropped = 0;
  }

  return {
    write(line) {
      if (waiting.length < MAX_WAITING) {
        waiting.push(`${JSON.stringify(line)}\n`);
        flushSoon();
      } else drop(1, new Error("calls come faster than their lines can be written"));
    },
    async close() {
      await writing;
      clearTimeout(timer);
      flush();
      await writing;
    },
  };
}

/** The call log, with others who are told of each call that it is told of. */
export function toldTo(log: CallLog, watchers: readonly ((line: CallLine, end: CallEnd) => void)[]): CallLog {
  if (watchers.length === 0) return log;
  return {
    ...log,
    write(line, end) {
      log.write(line, end);
      if (end) for (const watch of watchers) watch(line, end);
    },
  };
}

function turnOver(file: string, keep: number): void {
  rmSync(`${file}.${keep}`, { force: true });
  for (let age = keep - 1; age >= 0; age--) {
    const from = age === 0 ? file : `${file}.${age}`;
    try {
      renameSync(from, `${file}.${age + 1}`);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
}
