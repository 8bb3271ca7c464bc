import { setImmediate as nextTurn } from "node:timers/promises";
import { sha256Hex } from "../../domain/canonical.ts";
import { instantOf } from "../../domain/instant.ts";
import { recordDigest } from "../../domain/merkle.ts";
import type { Runtime } from "../../node/runtime.ts";
import {
  type ArchiveDigest,
  archiveDigest,
  type BucketDigest,
  bucketDigest,
  daysOf,
  type ListedDigest,
} from "../../record/archive-digest.ts";
import type { CertificateDocument } from "./certificate.ts";
import type { CertificateRepository } from "./repository.ts";

/** Digests of the archive by day of issue (anti-entropy, 4.6.2). */
export interface Buckets {
  list(): Promise<ArchiveDigest>;
  records(bucket: string, limit: number, after?: string): Promise<{ records: ListedDigest[]; next?: string }>;
}

/** Milliseconds between taking the time of a change and its being stored that are allowed for. */
const WRITE_MS = 60_000;
/** Documents that are read in one turn of the event loop. */
const PAGE = 100;

interface Known {
  of: BucketDigest;
  lastChange: string;
  computedAt: number;
}

/**
 * Creates the digests. A day is read once and its digest kept; three index reads tell whether it still holds: the day's
 * existence, its number of records and the time of its last change. A digest that was computed within a minute (and the
 * clocks' skew) of a change is not kept, since another replica may have changed a record at the same time. A certificate that
 * cannot be read is left out, and its day is read each time until it is mended: it is told among what is set aside, and by the
 * archive at the province, which has more.
 *
 * Cost: the first list reads every certificate (about 0.1 ms each: 10 s for 100,000, in turns of a few ms); later ones
 * some 0.2 ms per day of issue, and a day's certificates again for each day with changes.
 */
export function createBuckets(certificates: CertificateRepository, { config, now }: Runtime): Buckets {
  const known = new Map<string, Known>();

  async function bucketOf(bucket: string): Promise<BucketDigest> {
    const lastChange = await lastChangeOf(bucket);
    const count = await certificates.collection.count("bucket", [bucket]);
    const before = known.get(bucket);
    if (before?.lastChange === lastChange && before.of.count === count && isSettled(before)) return before.of;
    const computedAt = now().getTime();
    const records: ListedDigest[] = [];
    for (let after: string | undefined; ; ) {
      const page = await recordsOf(bucket, PAGE, after);
      records.push(...page.records);
      after = page.next;
      if (after === undefined) break;
      await nextTurn();
    }
    const computed = bucketDigest(bucket, records);
    known.set(bucket, { of: computed, lastChange, computedAt });
    return computed;
  }

  function isSettled({ lastChange, computedAt }: Known): boolean {
    return instantOf(lastChange) < computedAt - config.clockSkewMs - WRITE_MS;
  }

  async function lastChangeOf(bucket: string): Promise<string> {
    const query = { index: "bucketChange", equals: [bucket], descending: true, limit: 1 };
    return (await certificates.query(query)).items[0]?.recordChangedAt ?? "";
  }

  async function recordsOf(bucket: string, limit: number, after?: string) {
    const page = await certificates.query({ index: "bucket", equals: [bucket], limit, ...(after && { after }) });
    return { records: page.items.map(listed), ...(page.next !== undefined && { next: page.next }) };
  }

  async function firstFrom(from: string): Promise<string | undefined> {
    return (await certificates.query({ index: "bucket", from, limit: 1 })).items[0]?.bucket;
  }

  return {
    records: recordsOf,

    async list() {
      const buckets: BucketDigest[] = [];
      for await (const day of daysOf(firstFrom)) {
        buckets.push(await bucketOf(day));
        await nextTurn();
      }
      return archiveDigest(buckets);
    },
  };
}

function listed(document: CertificateDocument): ListedDigest {
  const { _id: identifier, changes: revision, state } = document;
  const messageSha256 = sha256Hex(document.message);
  return { identifier, revision, digest: recordDigest({ identifier, revision, state, messageSha256 }) };
}
