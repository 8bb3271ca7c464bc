import {
  type ArchiveDigest,
  archiveDigest,
  type BucketDigest,
  bucketDigest,
  daysOf,
  type ListedDigest,
} from "../../record/archive-digest.ts";
import type { Collection } from "../../store/port.ts";
import type { ArchivedCertificate } from "./archived-certificate.ts";
import type { ArchiveRows } from "./stored-record.ts";

/**
 * Digests of an archive, per node and day of issue (4.6.2). Days are remembered until one of their records changes, so a
 * comparison reads only what changed since the last. The memory is this process's own: one process at a time keeps an archive.
 */
export interface ArchiveDigests {
  /** Days of a node, oldest first, and the digest over all of them. */
  buckets(node: string): Promise<ArchiveDigest>;
  /** Records of a day, by identifier. */
  records(node: string, bucket: string): Promise<ListedDigest[]>;
  /** Forgets what is remembered of a day. MUST be called behind every write to it. */
  changed(node: string, bucket: string): void;
}

/** Creates the digests over an archive's collection. */
export function createArchiveDigests(
  collection: Collection<ArchivedCertificate>,
  rows: Pick<ArchiveRows, "digests">,
): ArchiveDigests {
  const remembered = new Map<string, BucketDigest>();
  /** Counts changes, so that what was read before a change is not remembered behind it. */
  const changes = new Map<string, number>();

  /** What cannot be read is left out: a comparison then finds it missing and fetches it anew. */
  async function recordsOf(node: string, bucket: string): Promise<ListedDigest[]> {
    const found: ListedDigest[] = [];
    let after: string | undefined;
    do {
      const page = { index: "bucket", equals: [node, bucket], limit: 500, ...(after !== undefined && { after }) };
      const { items, next } = await collection.query(page);
      found.push(...(await rows.digests.all(items)));
      after = next;
    } while (after !== undefined);
    return found;
  }

  async function digestOfBucket(node: string, bucket: string): Promise<BucketDigest> {
    const key = `${node}/${bucket}`;
    const known = remembered.get(key);
    if (known) return known;
    const before = changes.get(key) ?? 0;
    const made = bucketDigest(bucket, await recordsOf(node, bucket));
    // A day of which something could not be read is looked at again: it may be mended without a write that this process sees.
    const whole = made.count === (await collection.count("bucket", [node, bucket]));
    if (whole && (changes.get(key) ?? 0) === before) remembered.set(key, made);
    return made;
  }

  async function firstFrom(node: string, from: string): Promise<string | undefined> {
    return (await collection.query({ index: "bucket", equals: [node], from, limit: 1 })).items[0]?.bucket;
  }

  return {
    async buckets(node) {
      const buckets: BucketDigest[] = [];
      for await (const day of daysOf((from) => firstFrom(node, from))) buckets.push(await digestOfBucket(node, day));
      return archiveDigest(buckets);
    },
    async records(node, bucket) {
      const listed = await recordsOf(node, bucket);
      return listed.sort((a, b) => (a.identifier < b.identifier ? -1 : 1));
    },
    changed(node, bucket) {
      const key = `${node}/${bucket}`;
      changes.set(key, (changes.get(key) ?? 0) + 1);
      remembered.delete(key);
    },
  };
}
