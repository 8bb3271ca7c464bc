import type { ChangeService } from "../../../proto/gen/ecert/governance/v1/change_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { casesWithin } from "../cases/case-record.ts";
import { changeStateOf, changeView } from "../changes/change-view.ts";
import type { GovernanceContext } from "../context.ts";

const PAGE_SIZE = 20;

/** Lists changes within reach. */
export function listChanges({ changes }: GovernanceContext): Handlers<typeof ChangeService>["listChanges"] {
  return async ({ state, pageSize, pageToken }, { caller, reach }) => {
    const within = casesWithin(reach, changeStateOf(state));
    const limit = pageSize || PAGE_SIZE;
    const { items, next } = await changes.query({ ...within, limit, ...(pageToken !== "" && { after: pageToken }) });
    return { changes: items.map((one) => changeView(one, caller)), nextPageToken: next ?? "" };
  };
}
