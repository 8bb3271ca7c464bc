import type { Delegation, OpeningService } from "../../../proto/gen/ecert/catalog/v1/opening_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { holdsPart } from "../../store/fitting-page.ts";
import type { CatalogContext } from "../context.ts";
import { itemNames } from "../items/item-names.ts";
import { DELEGATION, delegationView } from "../openings/delegation-record.ts";
import { narrowedWithinReach } from "../registry/reach-pages.ts";

const KEYS: Readonly<Record<string, (one: Delegation) => string>> = {
  app_key: ({ appKey }) => appKey,
  since: ({ since }) => since,
};

/** Lists delegations of departments within reach, all or those that are asked for. */
export function listDelegations(context: CatalogContext): Handlers<typeof OpeningService>["listDelegations"] {
  const { delegations } = context;
  return async (request, { reach }) => {
    const { search, orderBy } = request;
    const list = {
      query: delegations.registry.of(DELEGATION).query,
      everything: { index: "departments" },
      of: (department: string) => ({ index: "departments", equals: [department] }),
    };
    const names = search === "" ? new Map<string, string>() : await itemNames(context);
    const { items, nextPageToken } = await narrowedWithinReach(context, list, reach, request, {
      ...{ search, orderBy, keys: KEYS, view: delegationView },
      fits: ({ appKey, itemCodes, matterCodes }) =>
        holdsPart(search, [appKey, ...itemCodes.flatMap((code) => [code, names.get(code) ?? ""]), ...matterCodes]),
    });
    return { delegations: items, nextPageToken };
  };
}
