import type { HandInService } from "../../../proto/gen/ecert/governance/v1/hand_in_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { GovernanceContext } from "../context.ts";
import { handInsWithin } from "../hand-ins/hand-in-record.ts";
import { handInView } from "../hand-ins/hand-in-view.ts";

const PAGE_SIZE = 50;

/** Lists what was handed in, within reach. */
export function listHandIns({ handIns }: GovernanceContext): Handlers<typeof HandInService>["listHandIns"] {
  return async ({ departmentCode, pageSize, pageToken }, { reach }) => {
    const within = handInsWithin(reach, departmentCode);
    if (!within) return { handIns: [], nextPageToken: "" };
    const limit = pageSize || PAGE_SIZE;
    const { items, next } = await handIns.query({ ...within, limit, ...(pageToken !== "" && { after: pageToken }) });
    return { handIns: items.map(handInView), nextPageToken: next ?? "" };
  };
}
