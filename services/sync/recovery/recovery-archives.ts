import type { ArchiveBucket } from "../../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { diffBuckets } from "../../domain/merkle.ts";
import type { ListedDigest } from "../../record/archive-digest.ts";
import type { RecoveryPart } from "./recovery-progress.ts";

/** One side of a comparison of archives, for who brings the other forward. */
export interface ComparedArchive {
  buckets(): Promise<readonly Pick<ArchiveBucket, "bucket" | "count" | "digest">[]>;
  /** Record digests of a day. */
  records(bucket: string): Promise<readonly ListedDigest[]>;
}

/** What one side lacks of a day. */
export interface LackingDay {
  day: string;
  /** Certificates that need no second look. */
  same: number;
  /** Certificates that it has not, or has in an earlier or another form under the same revision. */
  identifiers: string[];
  /** Certificates that the other has not. */
  surplus: number;
}

/**
 * Walks over the days in which two archives differ, oldest first, and tells what `ours` lacks of each. `certificates.total` is known before
 * the first day comes. `from`: days before it were looked at, and the first one that comes, though both may be the same in it by now.
 */
export async function* lackingDays(
  ours: ComparedArchive,
  theirs: ComparedArchive,
  certificates: RecoveryPart,
  from = "",
): AsyncGenerator<LackingDay> {
  const there = await theirs.buckets();
  const days = diffBuckets(named(await ours.buckets()), named(there)).filter((day) => day > from);
  if (from !== "") days.unshift(from);
  const left = new Set(days);
  certificates.total = certificates.done;
  for (const { bucket, count } of there) if (left.has(bucket)) certificates.total += Number(count);
  for (const day of days) {
    const here = new Map((await ours.records(day)).map((one) => [one.identifier, one]));
    const identifiers: string[] = [];
    let same = 0;
    for (const { identifier, revision, digest } of await theirs.records(day)) {
      const mine = here.get(identifier);
      here.delete(identifier);
      if (mine && (mine.digest === digest || mine.revision > revision)) same += 1;
      else identifiers.push(identifier);
    }
    yield { day, same, identifiers, surplus: here.size };
  }
}

function named(buckets: readonly { bucket: string; digest: string }[]) {
  return buckets.map(({ bucket: name, digest }) => ({ name, digest }));
}
