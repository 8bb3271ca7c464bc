import type { ArchiveService } from "../../../proto/gen/ecert/sync/v1/archive_service_pb.ts";
import { bucketPage } from "../../runtime/bucket-page.ts";
import type { Handlers } from "../../runtime/service.ts";
import type { SyncContext } from "../context.ts";

/** 4.6.2: digests of what this archive holds of a node, by day of issue. */
export function listBuckets({ archive }: SyncContext): Handlers<typeof ArchiveService>["listBuckets"] {
  return async ({ node, pageSize, pageToken }) => {
    const { buckets, root } = await archive.digests.buckets(node);
    return { ...bucketPage(buckets, { pageSize, pageToken }), root };
  };
}
