import type { HandInService } from "../../../proto/gen/ecert/governance/v1/hand_in_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { GovernanceContext } from "../context.ts";
import { handInsWithin } from "../hand-ins/hand-in-record.ts";
import { handInView } from "../hand-ins/hand-in-view.ts";

const PAGE_SIZE = 50;
/** Versions that are in memory at a time: each comes with all its rows, some megabytes, of which a list tells none. */
const AT_ONCE = 5;

/** Lists what was handed in, within reach. */
export function listHandIns({ handIns }: GovernanceContext): Handlers<typeof HandInService>["listHandIns"] {
  return async ({ departmentCode, pageSize, pageToken }, { reach }) => {
    const within = handInsWithin(reach, departmentCode);
    if (!within) return { handIns: [], nextPageToken: "" };
    const limit = pageSize || PAGE_SIZE;
    const told: ReturnType<typeof handInView>[] = [];
    let after = pageToken === "" ? undefined : pageToken;
    do {
      const some = { limit: Math.min(AT_ONCE, limit - told.length), ...(after !== undefined && { after }) };
      const { items, next } = await handIns.query({ ...within, ...some });
      told.push(...items.map(handInView));
      after = next;
    } while (after !== undefined && told.length < limit);
    return { handIns: told, nextPageToken: after ?? "" };
  };
}
