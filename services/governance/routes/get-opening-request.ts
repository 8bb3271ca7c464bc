import type { OpeningRequestService } from "../../../proto/gen/ecert/governance/v1/opening_request_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { reachedCase } from "../cases/case-record.ts";
import type { GovernanceContext } from "../context.ts";
import { requestView } from "../openings/request-view.ts";

/** Reads a request; one beyond reach is answered as one that does not exist. */
export function getOpeningRequest({
  openingRequests,
}: GovernanceContext): Handlers<typeof OpeningRequestService>["getOpeningRequest"] {
  return async ({ id }, { caller, reach }) => {
    return { request: requestView(reachedCase(await openingRequests.get(id), id, reach, "id"), caller) };
  };
}
