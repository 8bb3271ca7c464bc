import type { ArchiveReadService } from "../../../proto/gen/ecert/sync/v1/archive_read_service_pb.ts";
import { callerName } from "../../call/chain/caller.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { messageIn } from "../archive/found-by.ts";
import { seenRecord } from "../archive/seen-record.ts";
import type { SyncContext } from "../context.ts";

/** 4.6.3, 5.9.5: the content of a certificate in full. That it was read is kept before the answer. */
export function readArchived(context: SyncContext): Handlers<typeof ArchiveReadService>["readArchived"] {
  return async ({ identifier }, call) => {
    const { record } = await seenRecord(context, identifier, call);
    const { node, issuerCode: issuer, holders } = record;
    await context.runtime.evidence.append("archive-read", { identifier, node, issuer, by: callerName(call.caller) });
    return { holders, dataJson: JSON.stringify(messageIn(record).data) };
  };
}
