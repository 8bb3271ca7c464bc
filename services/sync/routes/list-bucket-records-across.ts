import { ArchiveService } from "../../../proto/gen/ecert/sync/v1/archive_service_pb.ts";
import { onBehalf } from "../../runtime/service.ts";
import type { Exchange, SyncContext } from "../context.ts";
import { requireAskedByProvince } from "../province.ts";

/** 4.6.2: record digests of one day of what this node issued. */
export function listBucketRecordsAcross({ runtime }: SyncContext): Exchange["listBucketRecordsAcross"] {
  return async ({ bucket, pageSize, pageToken }, call) => {
    requireAskedByProvince(runtime, call);
    const archive = runtime.client(ArchiveService, "issue");
    const node = runtime.config.node.code;
    const page = await archive.listBucketRecords({ node, bucket, pageSize, pageToken }, onBehalf(call));
    return { records: page.records, nextPageToken: page.nextPageToken };
  };
}
