import type { ArchiveService } from "../../../proto/gen/ecert/sync/v1/archive_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { IssueContext } from "../context.ts";
import { requireOwnNode } from "../record/archive.ts";

const DEFAULT_PAGE_SIZE = 50;

/** 4.6.2: digests of the records of one day of issue, by identifier. */
export function listBucketRecords(context: IssueContext): Handlers<typeof ArchiveService>["listBucketRecords"] {
  return async ({ node, bucket, pageSize, pageToken }) => {
    requireOwnNode(context, node);
    const { records, next } = await context.buckets.records(bucket, pageSize || DEFAULT_PAGE_SIZE, pageToken);
    const digests = records.map((record) => ({ ...record, revision: BigInt(record.revision) }));
    return { records: digests, nextPageToken: next ?? "" };
  };
}
