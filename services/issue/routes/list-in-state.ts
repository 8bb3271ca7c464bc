import type { ArchiveService } from "../../../proto/gen/ecert/sync/v1/archive_service_pb.ts";
import { RECORD_STATES } from "../../runtime/record-state.ts";
import type { Handlers } from "../../runtime/service.ts";
import type { IssueContext } from "../context.ts";

const DEFAULT_PAGE_SIZE = 50;

/** 4.6: identifiers of what this node issued and what is in a state, by day of issue. */
export function listInState({ certificates }: IssueContext): Handlers<typeof ArchiveService>["listInState"] {
  return async ({ state, pageSize, pageToken }) => {
    const { items, next } = await certificates.query({
      index: "recordState",
      equals: [RECORD_STATES[state as keyof typeof RECORD_STATES]],
      limit: pageSize || DEFAULT_PAGE_SIZE,
      ...(pageToken && { after: pageToken }),
    });
    return { identifiers: items.map(({ _id }) => _id), nextPageToken: next ?? "" };
  };
}
