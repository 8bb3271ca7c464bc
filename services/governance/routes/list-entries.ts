import type { EntryService } from "../../../proto/gen/ecert/governance/v1/entry_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { casesWithin } from "../cases/case-record.ts";
import type { GovernanceContext } from "../context.ts";
import { entryStateOf, entryView } from "../entries/entry-view.ts";

const PAGE_SIZE = 20;

/** Lists entries within reach. */
export function listEntries({ entries }: GovernanceContext): Handlers<typeof EntryService>["listEntries"] {
  return async ({ state, pageSize, pageToken }, { caller, reach }) => {
    const within = casesWithin(reach, entryStateOf(state));
    const limit = pageSize || PAGE_SIZE;
    const { items, next } = await entries.query({ ...within, limit, ...(pageToken !== "" && { after: pageToken }) });
    return { entries: items.map((one) => entryView(one, caller)), nextPageToken: next ?? "" };
  };
}
