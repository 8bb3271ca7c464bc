import { copyFile, mkdir, open, rename, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { CHAIN_ROOT, type ChainEntry, type ChainHead } from "../domain/hash-chain.ts";
import { takeExclusiveLock } from "./exclusive-lock.ts";
import { claimedHead, listSegments, type Segment, scanSegment } from "./journal-segments.ts";

/** Files that stay where the journal is: the open one, and the one before it, by which a start knows where the chain stands. */
const STAY = 2;

/** What of a journal lies in some directories, and whether its chain holds from the first of them to the last. */
export interface JournalParts {
  /** Number of the first entry that was read; above 1 earlier files lie elsewhere. */
  first: number;
  head: ChainHead;
  files: number;
}

/**
 * Proves the chain of a journal whose files lie in several directories, from the oldest file that is there, also while a process appends to it.
 * Throws the refusal of the first break. Resolves to `undefined` where there is no file.
 */
export async function verifyParts(
  directories: readonly string[],
  name: string,
  visit?: (entry: ChainEntry) => void,
): Promise<JournalParts | undefined> {
  const lists = await Promise.all(directories.map((directory) => listSegments(directory, name)));
  // A move that was interrupted has left one file in both places: it is the same.
  const byFirst = new Map(lists.flat().map((segment) => [segment.first, segment]));
  const segments = [...byFirst.values()].sort((a, b) => a.first - b.first);
  return segments[0] && chainOf(segments, segments[0], visit);
}

/**
 * Moves the closed files of a journal to another directory, oldest first; the newest two stay. What moves is proven before, together with what
 * lies there already, and each file is durable there before it is removed here. The process that has the journal open goes on. Returns
 * the files that were moved. Throws `STATE_CONFLICT` while another call moves to the same directory.
 */
export async function moveClosed(directory: string, name: string, to: string): Promise<string[]> {
  await mkdir(to, { recursive: true, mode: 0o700 });
  const lock = takeExclusiveLock(join(to, `${name}.move.lock`));
  try {
    await verifyParts([to, directory], name);
    const closed = (await listSegments(directory, name)).slice(0, -STAY);
    for (const { path } of closed) {
      const copy = join(to, basename(path));
      await copyFile(path, `${copy}.part`);
      await synced(`${copy}.part`);
      await rename(`${copy}.part`, copy);
      await synced(to);
      await rm(path);
    }
    return closed.map(({ path }) => basename(path));
  } finally {
    lock.release();
  }
}

async function chainOf(
  segments: readonly Segment[],
  oldest: Segment,
  visit?: (entry: ChainEntry) => void,
): Promise<JournalParts> {
  let head = oldest.first === 1 ? CHAIN_ROOT : await claimedHead(oldest);
  for (const segment of segments) ({ head } = await scanSegment(segment, head, visit));
  return { first: oldest.first, head, files: segments.length };
}

async function synced(path: string): Promise<void> {
  await using file = await open(path, "r");
  await file.sync();
}
