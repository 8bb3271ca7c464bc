import type { ArchiveService } from "../../../proto/gen/ecert/sync/v1/archive_service_pb.ts";
import { bucketPage } from "../../runtime/bucket-page.ts";
import type { Handlers } from "../../runtime/service.ts";
import { requireOwnNode } from "../archive.ts";
import type { IssueContext } from "../context.ts";

/** 4.6.2: digests of this node's certificates by day of issue. */
export function listBuckets(context: IssueContext): Handlers<typeof ArchiveService>["listBuckets"] {
  return async ({ node, pageSize, pageToken }) => {
    requireOwnNode(context, node);
    const { buckets, root } = await context.buckets.list();
    return { ...bucketPage(buckets, { pageSize, pageToken }), root };
  };
}
