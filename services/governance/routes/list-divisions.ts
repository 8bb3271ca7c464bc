import type { DivisionService } from "../../../proto/gen/ecert/governance/v1/division_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { GovernanceContext } from "../context.ts";
import { dayOf, divisionView } from "../divisions/division-view.ts";

const PAGE_SIZE = 100;

/** Lists divisions as they were on a day. */
export function listDivisions({
  divisions,
  runtime,
}: GovernanceContext): Handlers<typeof DivisionService>["listDivisions"] {
  return async ({ parentCode, day, pageSize, pageToken }) => {
    const asked = dayOf(day, runtime.now());
    const below = parentCode === "" ? { index: "all" } : { index: "parents", equals: [parentCode] };
    const limit = pageSize || PAGE_SIZE;
    const { items, next } = await divisions.query({ ...below, limit, ...(pageToken !== "" && { after: pageToken }) });
    return { divisions: items.flatMap((one) => divisionView(one, asked) ?? []), nextPageToken: next ?? "" };
  };
}
