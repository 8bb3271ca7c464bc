import type { ArchiveService } from "../../../proto/gen/ecert/sync/v1/archive_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { bucketPage } from "../../record/bucket-page.ts";
import type { IssueContext } from "../context.ts";
import { requireOwnNode } from "../record/archive.ts";

/** 4.6.2: digests of this node's certificates by day of issue. */
export function listBuckets(context: IssueContext): Handlers<typeof ArchiveService>["listBuckets"] {
  return async ({ node, pageSize, pageToken }) => {
    requireOwnNode(context, node);
    const { buckets, root } = await context.buckets.list();
    return { ...bucketPage(buckets, { pageSize, pageToken }), root };
  };
}
