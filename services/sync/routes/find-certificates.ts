import type { ArchiveService } from "../../../proto/gen/ecert/sync/v1/archive_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { SyncContext } from "../context.ts";

const DEFAULT_PAGE_SIZE = 50;

/** 4.6: a holder's certificates of other nodes, newest first. */
export function findCertificates({ archive }: SyncContext): Handlers<typeof ArchiveService>["findCertificates"] {
  return async ({ holderCodeType, holderCode, itemCodes, pageSize, pageToken }) => {
    const { records, next = "" } = await archive.ofHolder(
      { codeType: holderCodeType, code: holderCode, itemCodes },
      { limit: pageSize || DEFAULT_PAGE_SIZE, ...(pageToken && { after: pageToken }) },
    );
    return { records, nextPageToken: next };
  };
}
