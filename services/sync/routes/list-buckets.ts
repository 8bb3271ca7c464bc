import type { ArchiveService } from "../../../proto/gen/ecert/sync/v1/archive_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { bucketPage } from "../../record/bucket-page.ts";
import type { SyncContext } from "../context.ts";

/** 4.6.2: digests of what this archive holds of a node, by day of issue. */
export function listBuckets({ archive }: SyncContext): Handlers<typeof ArchiveService>["listBuckets"] {
  return async ({ node, pageSize, pageToken }) => {
    const { buckets, root } = await archive.digests.buckets(node);
    return { ...bucketPage(buckets, { pageSize, pageToken }), root };
  };
}
