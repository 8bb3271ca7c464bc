import type { ListService } from "../../../proto/gen/ecert/catalog/v1/list_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { shortForm } from "../../domain/obligatory-list.ts";
import type { Reach } from "../../domain/permit.ts";
import type { Query } from "../../store/port.ts";
import type { CatalogContext } from "../context.ts";
import { changeView, stateOf } from "../lists/list-view.ts";

const PAGE_SIZE = 50;

/** Lists changes within reach: reach and state are a part of the query. */
export function listListChanges({ listChanges }: CatalogContext): Handlers<typeof ListService>["listListChanges"] {
  return async ({ division, state, pageSize, pageToken }, { reach }) => {
    const meant = stateOf(state);
    const within = boundsOf(reach, division);
    if (!within) return { changes: [], nextPageToken: "" };
    const { equals, ...range } = within;
    const { items, next } = await listChanges.query({
      index: meant === undefined ? "divisions" : "states",
      equals: [...(meant === undefined ? [] : [meant]), ...equals],
      ...range,
      descending: true,
      limit: pageSize || PAGE_SIZE,
      ...(pageToken !== "" && { after: pageToken }),
    });
    return { changes: items.map((one) => changeView({ ...one, lines: [] })), nextPageToken: next ?? "" };
  };
}

/** The part of a query by division that holds it to what the caller may meet; `undefined`: nothing is. */
function boundsOf(reach: Reach, division: string): (Pick<Query, "from" | "to"> & { equals: string[] }) | undefined {
  const prefix = reach.kind === "division" ? reach.prefix : "";
  // Changes of lists belong to no department.
  if (reach.kind !== "division" && reach.kind !== "all") return undefined;
  if (division === "") return { equals: [], ...(prefix !== "" && { from: prefix, to: `${prefix}:` }) };
  return shortForm(division).startsWith(prefix) ? { equals: [shortForm(division)] } : undefined;
}
