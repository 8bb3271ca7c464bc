import type { ArchiveService } from "../../../proto/gen/ecert/sync/v1/archive_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { stateText } from "../archive/state-text.ts";
import type { SyncContext } from "../context.ts";

const DEFAULT_PAGE_SIZE = 50;

/** 4.6: identifiers of other nodes' certificates in a state. */
export function listInState({ archive }: SyncContext): Handlers<typeof ArchiveService>["listInState"] {
  return async ({ state, pageSize, pageToken, exceptEndedBefore }) => {
    const { identifiers, next } = await archive.inState(stateText(state), {
      limit: pageSize || DEFAULT_PAGE_SIZE,
      ...(pageToken && { after: pageToken }),
      exceptEndedBefore,
    });
    return { identifiers, nextPageToken: next ?? "" };
  };
}
