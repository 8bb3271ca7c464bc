import { merkleRoot } from "../domain/merkle.ts";

/** Digest of the certificates of one day of issue. */
export interface BucketDigest {
  bucket: string;
  count: number;
  digest: string;
}

/** Digest of one certificate's record, as the other side lists it too. */
export interface ListedDigest {
  identifier: string;
  revision: number;
  digest: string;
}

/** Digests of an archive by day of issue, and the digest over all of them. */
export interface ArchiveDigest {
  buckets: BucketDigest[];
  root: string;
}

/** The digest of a day over the digests of its records (4.6.2). */
export function bucketDigest(bucket: string, records: readonly ListedDigest[]): BucketDigest {
  const named = records.map(({ identifier, digest }) => ({ name: identifier, digest }));
  return { bucket, count: records.length, digest: merkleRoot(named) };
}

/** The digest of an archive over those of its days (4.6.2). */
export function archiveDigest(buckets: BucketDigest[]): ArchiveDigest {
  return { buckets, root: merkleRoot(buckets.map(({ bucket, digest }) => ({ name: bucket, digest }))) };
}

/**
 * The days of an archive, oldest first. `firstFrom` tells the first day that is not before a text: so one record of each day is looked at,
 * and days are few beside certificates.
 */
export async function* daysOf(firstFrom: (from: string) => Promise<string | undefined>): AsyncGenerator<string> {
  for (let from = ""; ; ) {
    const day = await firstFrom(from);
    if (day === undefined) return;
    yield day;
    // Behind the day itself, and before the next one.
    from = `${day}\u0001`;
  }
}
