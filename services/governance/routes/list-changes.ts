import type { ChangeService } from "../../../proto/gen/ecert/governance/v1/change_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { holdsPart } from "../../store/fitting-page.ts";
import { orderedPage } from "../../store/ordered-page.ts";
import { casesWithin, LAST_STEP } from "../cases/case-record.ts";
import type { ChangeDocument } from "../changes/change-record.ts";
import { changeStateOf, changeView } from "../changes/change-view.ts";
import type { GovernanceContext } from "../context.ts";

const PAGE_SIZE = 20;

const KEYS: Readonly<Record<string, (one: ChangeDocument) => string>> = {
  department_code: ({ department }) => department,
  effective_on: ({ order }) => order.effectiveOn,
  ...LAST_STEP,
};

/** Lists changes within reach. */
export function listChanges({ changes }: GovernanceContext): Handlers<typeof ChangeService>["listChanges"] {
  return async ({ state, search, orderBy, pageSize, pageToken }, { caller, reach }) => {
    const within = casesWithin(reach, changeStateOf(state));
    const limit = pageSize || PAGE_SIZE;
    const { items, next } = await orderedPage(
      changes,
      { ...within, limit, ...(pageToken !== "" && { after: pageToken }) },
      { orderBy, keys: KEYS },
      ({ department, order }) =>
        holdsPart(search, [department, order.newName, order.successor, ...order.transfers.map(({ to }) => to)]),
    );
    return { changes: items.map((one) => changeView(one, caller)), nextPageToken: next ?? "" };
  };
}
