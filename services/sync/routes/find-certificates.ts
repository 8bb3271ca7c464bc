import type { ArchiveService } from "../../../proto/gen/ecert/sync/v1/archive_service_pb.ts";
import { refuseField } from "../../domain/refusal.ts";
import type { Handlers } from "../../runtime/service.ts";
import type { SyncContext } from "../context.ts";

const DEFAULT_PAGE_SIZE = 50;

/** 4.6: a holder's certificates of other nodes, newest first. A page token is the number of records before the page. */
export function findCertificates({ archive }: SyncContext): Handlers<typeof ArchiveService>["findCertificates"] {
  return async ({ holderCodeType, holderCode, itemCodes, pageSize, pageToken }) => {
    if (!/^\d{0,6}$/.test(pageToken)) throw refuseField("INVALID_FIELD", "page_token", "not a token of this list");
    const found = await archive.ofHolder(holderCodeType, holderCode, itemCodes);
    const from = Number(pageToken);
    const to = from + (pageSize || DEFAULT_PAGE_SIZE);
    return { records: found.slice(from, to), nextPageToken: to < found.length ? String(to) : "" };
  };
}
