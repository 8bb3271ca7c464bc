import { ArchiveService } from "../../../proto/gen/ecert/sync/v1/archive_service_pb.ts";
import { onBehalf } from "../../runtime/service.ts";
import type { Exchange, SyncContext } from "../context.ts";
import { requireAskedByProvince } from "../province.ts";

/** 4.6.2: digests of what this node issued, for a peer that keeps an archive of it. */
export function listBucketsAcross({ runtime }: SyncContext): Exchange["listBucketsAcross"] {
  return async ({ pageSize, pageToken }, call) => {
    requireAskedByProvince(runtime, call);
    const archive = runtime.client(ArchiveService, "issue");
    const node = runtime.config.node.code;
    const { buckets, root, nextPageToken } = await archive.listBuckets({ node, pageSize, pageToken }, onBehalf(call));
    return { buckets, root, nextPageToken };
  };
}
