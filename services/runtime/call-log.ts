import { renameSync, rmSync } from "node:fs";
import { appendFile, mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";

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

/** The call log of one service: JSON lines in a file, written behind. */
export interface CallLog {
  write(line: CallLine): void;
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
  /** Told when lines could not be written; calls go on without their log lines. */
  onError: (error: unknown) => void;
}

const FLUSH_MS = 100;
/** Lines in memory at most while the disk does not take them. */
const MAX_WAITING = 100_000;

/**
 * Opens a call log. Lines reach the file within 100 ms or at {@link CallLog.close}; a killed process may lose the last 100 ms
 * (what must not be lost is in the evidence chain).
 */
export async function openCallLog({ file, maxBytes = 64 << 20, keep = 8, onError }: CallLogOptions): Promise<CallLog> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  let size = await stat(file).then(
    (found) => found.size,
    () => 0,
  );
  let waiting: string[] = [];
  let writing = Promise.resolve();
  const timer = setInterval(flush, FLUSH_MS);
  timer.unref();

  function flush(): void {
    if (waiting.length === 0) return;
    const text = waiting.join("");
    waiting = [];
    writing = writing.then(() => append(text)).catch(onError);
  }

  async function append(text: string): Promise<void> {
    if (size >= maxBytes) {
      turnOver(file, keep);
      size = 0;
    }
    await appendFile(file, text, { mode: 0o600 });
    size += Buffer.byteLength(text);
  }

  return {
    write(line) {
      if (waiting.length < MAX_WAITING) waiting.push(`${JSON.stringify(line)}\n`);
    },
    async close() {
      clearInterval(timer);
      flush();
      await writing;
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
