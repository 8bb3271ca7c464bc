import type { OpeningRequestService } from "../../../proto/gen/ecert/governance/v1/opening_request_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { OPENING_REQUEST } from "../../domain/opening-procedure.ts";
import { waitsFor } from "../../domain/procedure.ts";
import { holdsPart } from "../../store/fitting-page.ts";
import { orderedPage } from "../../store/ordered-page.ts";
import { casesWithin, LAST_STEP } from "../cases/case-record.ts";
import type { GovernanceContext } from "../context.ts";
import type { OpeningRequestDocument } from "../openings/request-record.ts";
import { namedIn, requestStateOf, requestView } from "../openings/request-view.ts";

const PAGE_SIZE = 20;

const KEYS: Readonly<Record<string, (one: OpeningRequestDocument) => string>> = {
  department_code: ({ department }) => department,
  ...LAST_STEP,
};

/** Lists requests within reach. */
export function listOpeningRequests({
  openingRequests,
}: GovernanceContext): Handlers<typeof OpeningRequestService>["listOpeningRequests"] {
  return async ({ state, search, orderBy, pageSize, pageToken, waitsForMe }, { caller, reach }) => {
    const within = casesWithin(reach, requestStateOf(state));
    const page = { limit: pageSize || PAGE_SIZE, ...(pageToken !== "" && { after: pageToken }) };
    const { items, next } = await orderedPage(
      openingRequests,
      { ...within, ...page },
      { orderBy, keys: KEYS },
      (one) =>
        (search === "" || holdsPart(search, namedIn(one))) && (!waitsForMe || waitsFor(OPENING_REQUEST, one, caller)),
    );
    return { requests: items.map((one) => requestView(one, caller)), nextPageToken: next ?? "" };
  };
}
