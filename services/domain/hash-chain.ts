import { digestOf, type JsonObject } from "./canonical.ts";

/** One entry of a hash chain. Its hash covers all its other members, so nothing in it can change unseen. */
export interface ChainEntry {
  /** Position in the chain: 1, 2, 3 … without a gap. */
  n: number;
  /** When the entry was made, as its maker writes times; the chain does not interpret it. */
  time: string;
  kind: string;
  body: JsonObject;
  /** Hash of the entry before, or {@link CHAIN_ROOT} in the first. */
  prev: string;
  /** SHA-256 (hex) over the canonical JSON (RFC 8785) of the members above. */
  hash: string;
}

/** The end of a chain: all that is needed to add to it or to go on verifying. */
export interface ChainHead {
  n: number;
  hash: string;
}

/** Where a chain breaks: `n` is the position at which the expected entry was not found. */
export interface ChainBreak {
  n: number;
  why: string;
}

/** Outcome of {@link verifyChain}. `head` is the last good entry. */
export type ChainVerdict = { ok: true; head: ChainHead } | { ok: false; head: ChainHead; break: ChainBreak };

const ROOT_HASH = "0".repeat(64);

/** The head of an empty chain. */
export const CHAIN_ROOT: ChainHead = { n: 0, hash: ROOT_HASH };

/** What the maker of an entry decides; the chain adds position and hashes. */
export type ChainContent = Pick<ChainEntry, "time" | "kind" | "body">;

/** Makes the entry that follows `head`. The entry itself is the next head. Throws `TypeError` where JSON cannot hold the body. */
export function chainEntry(head: ChainHead, { time, kind, body }: ChainContent): ChainEntry {
  const unhashed = { n: head.n + 1, time, kind, body, prev: head.hash };
  return { ...unhashed, hash: digestOf(unhashed) };
}

/**
 * Tells why `entry` cannot be what follows `head`, or `undefined` where it can. `entry` may come from a damaged file, so
 * any value is accepted; unknown members are a break, since no hash covers them.
 */
export function chainFault(head: ChainHead, entry: unknown): string | undefined {
  if (!isEntryShaped(entry)) return "the entry does not have the members of a chain entry";
  const { hash, ...unhashed } = entry;
  if (entry.n !== head.n + 1) return `position ${entry.n} follows ${head.n}`;
  if (entry.prev !== head.hash) return "the entry does not follow from the one before";
  if (digestOrNone(unhashed) !== hash) return "the content does not match its hash";
  return undefined;
}

/**
 * Verifies entries in order, from the start of the chain or, for a part of one, from a head that the caller trusts. Stops
 * at the first break. A chain cut off at its end verifies: compare `head` with one kept elsewhere to notice that.
 */
export function verifyChain(entries: Iterable<unknown>, from: ChainHead = CHAIN_ROOT): ChainVerdict {
  let head = from;
  for (const entry of entries) {
    const why = chainFault(head, entry);
    if (why !== undefined) return { ok: false, head, break: { n: head.n + 1, why } };
    const { n, hash } = entry as ChainEntry;
    head = { n, hash };
  }
  return { ok: true, head };
}

const MEMBERS = ["body", "hash", "kind", "n", "prev", "time"];

function isEntryShaped(value: unknown): value is ChainEntry {
  if (typeof value !== "object" || value === null) return false;
  const keys = Object.keys(value).sort();
  return keys.length === MEMBERS.length && keys.every((key, index) => key === MEMBERS[index]);
}

function digestOrNone(value: unknown): string | undefined {
  try {
    return digestOf(value);
  } catch {
    return undefined;
  }
}
