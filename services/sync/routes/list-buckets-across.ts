import type { Exchange, SyncContext } from "../context.ts";
import { copiedArchive } from "../exchange/copied-archive.ts";

/** 4.6.2: digests of one node's archive by day of issue, for who may copy it. */
export function listBucketsAcross(context: SyncContext): Exchange["listBucketsAcross"] {
  return async ({ pageSize, pageToken }, call) => copiedArchive(context, call).buckets({ pageSize, pageToken });
}
