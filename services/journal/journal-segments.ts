import { createReadStream } from "node:fs";
import { open, readdir } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { CHAIN_ROOT, type ChainEntry, type ChainHead, chainFault } from "../domain/hash-chain.ts";
import { Refusal } from "../domain/refusal.ts";

/** One file of a journal: entries from number `first` on, one JSON line each. */
export interface Segment {
  path: string;
  first: number;
}

/** What reading one segment found. `size` counts the bytes of complete lines, `torn` those of an incomplete last line. */
export interface SegmentScan {
  head: ChainHead;
  entries: number;
  size: number;
  torn: number;
}

/** Path of the segment that begins with entry number `first`. */
export function segmentPath(directory: string, name: string, first: number): string {
  return join(directory, `${name}.${String(first).padStart(12, "0")}.jsonl`);
}

/** Segments of a journal, oldest first; none where the directory does not exist. */
export async function listSegments(directory: string, name: string): Promise<Segment[]> {
  const names = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  const pattern = new RegExp(`^${name}\\.([0-9]{12,})\\.jsonl$`);
  return names
    .flatMap((file) => {
      const match = pattern.exec(file);
      return match ? [{ path: join(directory, file), first: Number(match[1]) }] : [];
    })
    .sort((a, b) => a.first - b.first);
}

/**
 * Reads a segment that must follow `from`, checks every complete line and hands it to `visit`. Throws the refusal of
 * {@link journalBroken} at the first line that does not follow; an incomplete last line is only counted. Waits for `between` behind each piece
 * of a quarter of a megabyte, so that who takes many entries need not hold them all.
 */
export async function scanSegment(
  segment: Segment,
  from: ChainHead,
  visit: (entry: ChainEntry) => void = () => undefined,
  between?: () => Promise<void>,
): Promise<SegmentScan> {
  if (segment.first !== from.n + 1) {
    throw journalBroken(segment.path, from.n + 1, `the segment begins with entry ${segment.first}`);
  }
  let head = from;
  let size = 0;
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of createReadStream(segment.path, { highWaterMark: 1 << 18 })) {
    const bytes: Buffer = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let start = 0;
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
      const entry = parseLine(bytes.toString("utf8", start, end));
      const why = chainFault(head, entry);
      if (why !== undefined) throw journalBroken(segment.path, head.n + 1, why);
      visit(entry as ChainEntry);
      head = { n: (entry as ChainEntry).n, hash: (entry as ChainEntry).hash };
      size += end + 1 - start;
      start = end + 1;
    }
    rest = bytes.subarray(start);
    await between?.();
  }
  return { head, entries: head.n - from.n, size, torn: rest.length };
}

/**
 * The head with which the last segment begins. It is taken from the last line of the segment before, so that opening
 * reads one segment, not the whole history; `verifyJournal` is what reads everything.
 */
export async function headBefore(segments: readonly Segment[]): Promise<ChainHead> {
  const previous = segments.at(-2);
  if (previous === undefined) return CHAIN_ROOT;
  const entry = parseLine(await lastLine(previous.path)) as Partial<ChainEntry> | undefined;
  if (typeof entry?.n !== "number" || typeof entry.hash !== "string") {
    throw journalBroken(previous.path, previous.first, "the last line of the segment is damaged");
  }
  return { n: entry.n, hash: entry.hash };
}

/** The head that a segment says it follows: what there is to begin with where the segment before it was moved away. */
export async function claimedHead({ path, first }: Segment): Promise<ChainHead> {
  for await (const line of createInterface({ input: createReadStream(path) })) {
    const entry = parseLine(line) as Partial<ChainEntry> | undefined;
    if (typeof entry?.prev !== "string") break;
    return { n: first - 1, hash: entry.prev };
  }
  throw journalBroken(path, first, "the first line of the segment is damaged");
}

/** The refusal for a chain that does not hold: entry `n` in `path` is missing, altered or out of place. */
export function journalBroken(path: string, n: number, why: string): Refusal {
  return new Refusal("INTERNAL", `${path}: the journal is broken at entry ${n}: ${why}. Restore it from its backup.`, {
    metadata: { journal: path, entry: String(n), why },
  });
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

async function lastLine(path: string): Promise<string> {
  await using file = await open(path, "r");
  const { size } = await file.stat();
  for (let reach = 1 << 14; ; reach *= 8) {
    const from = Math.max(0, size - reach);
    const bytes = Buffer.alloc(size - from);
    await file.read(bytes, 0, bytes.length, from);
    const text = bytes.toString("utf8").replace(/\n$/, "");
    const start = text.lastIndexOf("\n");
    if (start >= 0 || from === 0) return text.slice(start + 1);
  }
}
