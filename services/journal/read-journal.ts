import { CHAIN_ROOT, type ChainEntry, type ChainHead } from "../domain/hash-chain.ts";
import { Refusal } from "../domain/refusal.ts";
import { claimedHead, headBefore, listSegments, scanSegment } from "./journal-segments.ts";

/** Outcome of {@link verifyJournal}. `torn` counts bytes of an unfinished last line, which is no damage. */
export type JournalVerdict =
  | { ok: true; segments: number; entries: number; torn: number; head: ChainHead }
  | { ok: false; segments: number; entry: number; why: string; path: string; head: ChainHead };

/**
 * Reads a whole journal and proves its chain, entry by entry, also while another process appends to it. `visit` sees each
 * entry that holds, in order. Only the first break is told; `head` is the last good entry.
 */
export async function verifyJournal(
  directory: string,
  name: string,
  visit?: (entry: ChainEntry) => void,
): Promise<JournalVerdict> {
  const segments = await listSegments(directory, name);
  let head = CHAIN_ROOT;
  let torn = 0;
  for (const [index, segment] of segments.entries()) {
    try {
      const scan = await scanSegment(segment, head, (entry) => {
        head = { n: entry.n, hash: entry.hash };
        visit?.(entry);
      });
      torn = scan.torn;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const why = error.metadata.why ?? error.message;
      return { ok: false, segments: segments.length, entry: head.n + 1, why, path: segment.path, head };
    }
    if (torn > 0 && index < segments.length - 1) {
      const why = "the segment ends inside a line";
      return { ok: false, segments: segments.length, entry: head.n + 1, why, path: segment.path, head };
    }
  }
  return { ok: true, segments: segments.length, entries: head.n, torn, head };
}

/**
 * Reads a journal from an entry on, or from its oldest one where that is later, and proves the chain from the segment on that holds it,
 * also while another process appends to it. Throws the refusal of {@link journalBroken} where it breaks. Waits for `between` behind each piece
 * that it has read.
 */
export async function readJournal(
  directory: string,
  name: string,
  from: number,
  visit: (entry: ChainEntry) => void,
  between?: () => Promise<void>,
): Promise<void> {
  const segments = await listSegments(directory, name);
  const begins = Math.max(
    0,
    segments.findLastIndex(({ first }) => first <= from),
  );
  const oldest = segments[0];
  const movedAway = begins === 0 && oldest !== undefined && oldest.first > 1;
  let head = movedAway ? await claimedHead(oldest) : await headBefore(segments.slice(0, begins + 1));
  for (const segment of segments.slice(begins)) {
    const wanted = (entry: ChainEntry) => {
      if (entry.n >= from) visit(entry);
    };
    ({ head } = await scanSegment(segment, head, wanted, between));
  }
}
