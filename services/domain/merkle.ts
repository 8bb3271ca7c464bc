import { digestOf } from "./canonical.ts";

/*
 * Anti-entropy (4.6.2): two archives prove to each other that they hold the same certificates, and find what differs
 * without sending what does not. Records hash into day buckets, days into months, months into years, years into one root.
 * Each kind of digest names itself in what it hashes, so that none can pass for another.
 */

/** What makes two copies of a certificate equal. */
export interface DigestedRecord {
  identifier: string;
  revision: number;
  state: string;
  /** SHA-256 (hex) of the canonical data message, which names faces and attachments by digest itself. */
  messageDigest: string;
}

/** Digests (hex) by bucket name. */
export type BucketDigests = ReadonlyMap<string, string>;

/** How wide a bucket is. */
export type BucketWidth = "day" | "month" | "year";

const NAME_LENGTH: Readonly<Record<BucketWidth, number>> = { day: 10, month: 7, year: 4 };

/** Name of the bucket that a date or a time (`yyyy-MM-dd…`) falls into: `2026-03-15`, `2026-03` or `2026`. */
export function bucketOf(date: string, width: BucketWidth = "day"): string {
  return date.slice(0, NAME_LENGTH[width]);
}

/** Digest (hex) of one record. */
export function recordDigest({ identifier, revision, state, messageDigest }: DigestedRecord): string {
  return digestOf(["ecert.archive.record.v1", identifier, revision, state, messageDigest]);
}

/** Digest (hex) of a day bucket over the digests of its records, whose order does not matter. */
export function bucketDigest(recordDigests: Iterable<string>): string {
  return digestOf(["ecert.archive.bucket.v1", ...[...recordDigests].sort()]);
}

/** Gathers day buckets into months, or months into years: the digest of each is over the names and digests within. */
export function gatherBuckets(buckets: BucketDigests, width: "month" | "year"): Map<string, string> {
  const within = new Map<string, [string, string][]>();
  for (const entry of inOrder(buckets)) {
    const name = bucketOf(entry[0], width);
    const entries = within.get(name) ?? [];
    within.set(name, entries);
    entries.push(entry);
  }
  return new Map([...within].map(([name, entries]) => [name, digestOf([`ecert.archive.${width}.v1`, ...entries])]));
}

/** Digest (hex) over a whole archive, from its day buckets. Empty buckets must be left out, as if they had never been. */
export function archiveRoot(days: BucketDigests): string {
  const years = gatherBuckets(gatherBuckets(days, "month"), "year");
  return digestOf(["ecert.archive.root.v1", ...inOrder(years)]);
}

/** Names under which two sets of digests differ, one-sided ones included, in order. Works for buckets and for records. */
export function diffBuckets(ours: BucketDigests, theirs: BucketDigests): string[] {
  const names = new Set([...ours.keys(), ...theirs.keys()]);
  return [...names].filter((name) => ours.get(name) !== theirs.get(name)).sort();
}

function inOrder(digests: BucketDigests): [string, string][] {
  return [...digests].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}
