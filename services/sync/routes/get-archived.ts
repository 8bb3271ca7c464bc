import type { ArchiveReadService } from "../../../proto/gen/ecert/sync/v1/archive_read_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { summaryOf } from "../archive/archive-view.ts";
import { messageIn } from "../archive/found-by.ts";
import { seenRecord } from "../archive/seen-record.ts";
import type { SyncContext } from "../context.ts";

/** 4.6.3: what is archived of one certificate, but its content. */
export function getArchived(context: SyncContext): Handlers<typeof ArchiveReadService>["getArchived"] {
  return async ({ identifier }, call) => {
    const { record, fromArchive } = await seenRecord(context, identifier, call);
    const { replaces = "" } = messageIn(record).metadata;
    const { replaceCause, revision, stateCause, stateSince, validFrom, validTo, issuerName, files, forkedSince } =
      record;
    return {
      ...{ certificate: summaryOf(record), revision, stateCause, stateSince, validFrom, validTo, issuerName },
      ...{ files, forkedSince, fromArchive, replaces, replaceCause },
    };
  };
}
