import type { ChangeService } from "../../../proto/gen/ecert/governance/v1/change_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { CHANGE } from "../../domain/change-procedure.ts";
import { waitsFor } from "../../domain/procedure.ts";
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
  return async ({ state, search, orderBy, pageSize, pageToken, waitsForMe }, { caller, reach }) => {
    const within = casesWithin(reach, changeStateOf(state));
    const limit = pageSize || PAGE_SIZE;
    const { items, next } = await orderedPage(
      changes,
      { ...within, limit, ...(pageToken !== "" && { after: pageToken }) },
      { orderBy, keys: KEYS },
      (one) => holdsPart(search, namedIn(one)) && (!waitsForMe || waitsFor(CHANGE, one, caller)),
    );
    return { changes: items.map((one) => changeView(one, caller)), nextPageToken: next ?? "" };
  };
}

/** What a change is found by: the departments that it names, and a new name. */
function namedIn({ department, order }: ChangeDocument): string[] {
  return [department, order.newName, order.successor, ...order.transfers.map(({ to }) => to)];
}
