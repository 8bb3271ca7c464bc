import { merkleRoot, type NamedDigest } from "../domain/merkle.ts";
import type { Collection } from "../store/port.ts";
import type { ArchivedCertificate } from "./archive.ts";
import type { ArchiveRows } from "./stored-record.ts";

/** Digest of a day of one node's certificates. */
export interface BucketDigest {
  bucket: string;
  count: number;
  digest: string;
}

/** A record's digest, as the other side lists it too. */
export interface ListedDigest {
  identifier: string;
  revision: number;
  digest: string;
}

/**
 * Digests of an archive, per node and day of issue (4.6.2). Days are remembered until one of their records changes, so a
 * comparison reads only what changed since the last. The memory is this process's own: one process at a time keeps an archive.
 */
export interface ArchiveDigests {
  /** Days of a node, oldest first, and the digest over all of them. */
  buckets(node: string): Promise<{ buckets: BucketDigest[]; root: string }>;
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
  async function* records(node: string, bucket: string): AsyncGenerator<ListedDigest> {
    let after: string | undefined;
    do {
      const page = { index: "bucket", equals: [node, bucket], limit: 500, ...(after !== undefined && { after }) };
      const { items, next } = await collection.query(page);
      yield* await rows.digests.all(items);
      after = next;
    } while (after !== undefined);
  }

  async function digestOfBucket(node: string, bucket: string): Promise<BucketDigest> {
    const key = `${node}/${bucket}`;
    const known = remembered.get(key);
    if (known) return known;
    const before = changes.get(key) ?? 0;
    const digests: NamedDigest[] = [];
    for await (const { identifier, digest } of records(node, bucket)) digests.push({ name: identifier, digest });
    const made = { bucket, count: digests.length, digest: merkleRoot(digests) };
    // A day of which something could not be read is looked at again: it may be mended without a write that this process sees.
    const whole = made.count === (await collection.count("bucket", [node, bucket]));
    if (whole && (changes.get(key) ?? 0) === before) remembered.set(key, made);
    return made;
  }

  /** Jumps from day to day over the index; no record but the first of each day is read. */
  async function days(node: string): Promise<string[]> {
    const found: string[] = [];
    for (let from = ""; ; ) {
      const { items } = await collection.query({ index: "bucket", equals: [node], from, limit: 1 });
      const [first] = items;
      if (!first) return found;
      found.push(first.bucket);
      from = `${first.bucket}\u0001`;
    }
  }

  return {
    async buckets(node) {
      const buckets: BucketDigest[] = [];
      for (const day of await days(node)) buckets.push(await digestOfBucket(node, day));
      return { buckets, root: merkleRoot(buckets.map(({ bucket, digest }) => ({ name: bucket, digest }))) };
    },
    async records(node, bucket) {
      const listed: ListedDigest[] = [];
      for await (const record of records(node, bucket)) listed.push(record);
      return listed.sort((a, b) => (a.identifier < b.identifier ? -1 : 1));
    },
    changed(node, bucket) {
      const key = `${node}/${bucket}`;
      changes.set(key, (changes.get(key) ?? 0) + 1);
      remembered.delete(key);
    },
  };
}
