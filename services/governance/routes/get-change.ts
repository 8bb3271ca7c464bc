import type { ChangeService } from "../../../proto/gen/ecert/governance/v1/change_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { reachedCase } from "../cases/case-record.ts";
import { changeView } from "../changes/change-view.ts";
import type { GovernanceContext } from "../context.ts";

/** Reads a change; one beyond reach is answered as one that does not exist. */
export function getChange({ changes }: GovernanceContext): Handlers<typeof ChangeService>["getChange"] {
  return async ({ id }, { caller, reach }) => {
    return { change: changeView(reachedCase(await changes.get(id), id, reach, "id"), caller) };
  };
}
