import type { OpeningRequestService } from "../../../proto/gen/ecert/governance/v1/opening_request_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { casesWithin } from "../cases/case-record.ts";
import type { GovernanceContext } from "../context.ts";
import { requestStateOf, requestView } from "../openings/request-view.ts";

const PAGE_SIZE = 20;

/** Lists requests within reach. */
export function listOpeningRequests({
  openingRequests,
}: GovernanceContext): Handlers<typeof OpeningRequestService>["listOpeningRequests"] {
  return async ({ state, pageSize, pageToken }, { caller, reach }) => {
    const within = casesWithin(reach, requestStateOf(state));
    const page = { limit: pageSize || PAGE_SIZE, ...(pageToken !== "" && { after: pageToken }) };
    const { items, next } = await openingRequests.query({ ...within, ...page });
    return { requests: items.map((one) => requestView(one, caller)), nextPageToken: next ?? "" };
  };
}
