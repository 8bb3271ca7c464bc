import type { ListService } from "../../../proto/gen/ecert/catalog/v1/list_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { LIST_CHANGE } from "../../domain/list-procedure.ts";
import { shortForm } from "../../domain/obligatory-list.ts";
import type { Reach } from "../../domain/permit.ts";
import { waitsFor } from "../../domain/procedure.ts";
import { holdsPart } from "../../store/fitting-page.ts";
import { orderedPage } from "../../store/ordered-page.ts";
import type { Query } from "../../store/port.ts";
import type { CatalogContext } from "../context.ts";
import { itemNames } from "../items/item-names.ts";
import { caseOf } from "../lists/change.ts";
import { changeView, stateOf } from "../lists/list-view.ts";
import type { ListChangeDocument } from "../lists/stored.ts";

const PAGE_SIZE = 50;

const KEYS: Readonly<Record<string, (one: ListChangeDocument) => string>> = {
  division: ({ division }) => division,
  last_step: ({ steps }) => steps.at(-1)?.at ?? "",
};

/** Lists changes within reach: reach and state are a part of the query. */
export function listListChanges(context: CatalogContext): Handlers<typeof ListService>["listListChanges"] {
  return async ({ division, state, pageSize, pageToken, search, orderBy, waitsForMe }, { caller, reach }) => {
    const meant = stateOf(state);
    const within = boundsOf(reach, division);
    if (!within) return { changes: [], nextPageToken: "" };
    const { equals, ...range } = within;
    const names = search === "" ? new Map<string, string>() : await itemNames(context);
    const { items, next } = await orderedPage(
      context.listChanges,
      {
        index: meant === undefined ? "divisions" : "states",
        equals: [...(meant === undefined ? [] : [meant]), ...equals],
        ...range,
        descending: true,
        limit: pageSize || PAGE_SIZE,
        ...(pageToken !== "" && { after: pageToken }),
      },
      { orderBy, keys: KEYS },
      (one) => holdsPart(search, textsOf(one, names)) && (!waitsForMe || waitsFor(LIST_CHANGE, caseOf(one), caller)),
    );
    return { changes: items.map((one) => changeView({ ...one, lines: [] })), nextPageToken: next ?? "" };
  };
}

/** What a change is found by: its division, the items of its lines by code and name, and who did what with it. */
function textsOf({ division, lines, steps }: ListChangeDocument, names: ReadonlyMap<string, string>): string[] {
  const items = lines.flatMap(({ itemCode }) => [itemCode, names.get(itemCode) ?? ""]);
  return [division, ...items, ...steps.flatMap(({ name, remark }) => [name, remark])];
}

/** The part of a query by division that holds it to what the caller may meet; `undefined`: nothing is. */
function boundsOf(reach: Reach, division: string): (Pick<Query, "from" | "to"> & { equals: string[] }) | undefined {
  const prefix = reach.kind === "division" ? reach.prefix : "";
  // Changes of lists belong to no department.
  if (reach.kind !== "division" && reach.kind !== "all") return undefined;
  if (division === "") return { equals: [], ...(prefix !== "" && { from: prefix, to: `${prefix}:` }) };
  return shortForm(division).startsWith(prefix) ? { equals: [shortForm(division)] } : undefined;
}
