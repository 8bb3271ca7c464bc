import type { OpeningService } from "../../../proto/gen/ecert/catalog/v1/opening_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { CatalogContext } from "../context.ts";
import { DELEGATION, delegationView } from "../openings/delegation-record.ts";
import { pageWithinReach } from "../registry/reach-pages.ts";

/** Lists delegations of departments within reach. */
export function listDelegations(context: CatalogContext): Handlers<typeof OpeningService>["listDelegations"] {
  const { delegations } = context;
  return async (request, { reach }) => {
    const list = {
      query: delegations.registry.of(DELEGATION).query,
      everything: { index: "departments" },
      of: (department: string) => ({ index: "departments", equals: [department] }),
    };
    const { items, nextPageToken } = await pageWithinReach(context, list, reach, request);
    return { delegations: items.map(delegationView), nextPageToken };
  };
}
