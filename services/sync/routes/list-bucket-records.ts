import type { ArchiveService } from "../../../proto/gen/ecert/sync/v1/archive_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { recordPage } from "../../record/bucket-page.ts";
import type { SyncContext } from "../context.ts";

/** 4.6.2: record digests of one day, by identifier. A page token is the last identifier of the page before. */
export function listBucketRecords({ archive }: SyncContext): Handlers<typeof ArchiveService>["listBucketRecords"] {
  return async ({ node, bucket, ...page }) => recordPage(await archive.digests.records(node, bucket), page);
}
