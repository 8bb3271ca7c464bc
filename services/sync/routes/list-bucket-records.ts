import type { ArchiveService } from "../../../proto/gen/ecert/sync/v1/archive_service_pb.ts";
import type { Handlers } from "../../runtime/service.ts";
import type { SyncContext } from "../context.ts";

const DEFAULT_PAGE_SIZE = 50;

/** 4.6.2: record digests of one day, by identifier. A page token is the last identifier of the page before. */
export function listBucketRecords({ archive }: SyncContext): Handlers<typeof ArchiveService>["listBucketRecords"] {
  return async ({ node, bucket, pageSize, pageToken }) => {
    const all = (await archive.digests.records(node, bucket)).filter(({ identifier }) => identifier > pageToken);
    const page = all.slice(0, pageSize || DEFAULT_PAGE_SIZE);
    const nextPageToken = page.length < all.length ? (page.at(-1)?.identifier ?? "") : "";
    return { records: page.map((record) => ({ ...record, revision: BigInt(record.revision) })), nextPageToken };
  };
}
