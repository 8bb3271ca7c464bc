import type { Exchange, SyncContext } from "../context.ts";
import { copiedArchive } from "../exchange/copied-archive.ts";

/** 4.6.2: record digests of one day of such an archive. */
export function listBucketRecordsAcross(context: SyncContext): Exchange["listBucketRecordsAcross"] {
  return async ({ bucket, pageSize, pageToken }, call) =>
    copiedArchive(context, call).records(bucket, { pageSize, pageToken });
}
