import type { ArchiveService } from "../../../proto/gen/ecert/sync/v1/archive_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { endedBefore } from "../../domain/civil-date.ts";
import { RECORD_STATES } from "../../record/record-state.ts";
import type { IssueContext } from "../context.ts";
import { messageOf } from "../record/certificate.ts";

const DEFAULT_PAGE_SIZE = 50;

/** 4.6: identifiers of what this node issued and what is in a state, by day of issue. */
export function listInState({ certificates }: IssueContext): Handlers<typeof ArchiveService>["listInState"] {
  return async ({ state, pageSize, pageToken, exceptEndedBefore }) => {
    const page = { limit: pageSize || DEFAULT_PAGE_SIZE, ...(pageToken && { after: pageToken }) };
    const { identifiers, next = "" } = await certificates.inState(
      RECORD_STATES[state as keyof typeof RECORD_STATES],
      page,
      (document) => endedBefore(exceptEndedBefore, messageOf(document).metadata.validTo),
    );
    return { identifiers, nextPageToken: next };
  };
}
