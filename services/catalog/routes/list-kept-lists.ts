import type { ListService } from "../../../proto/gen/ecert/catalog/v1/list_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { Actor } from "../../domain/actor.ts";
import { foreignPageToken } from "../../domain/refusal.ts";
import type { CatalogContext } from "../context.ts";
import { placeOf, tokenOf } from "../lists/list-place.ts";
import { listMessage } from "../lists/list-view.ts";

const PAGE_SIZE = 50;

/** Lists that this node has, by node and division, without their entries; to another node this one's own and that node's. */
export function listKeptLists({ lists, runtime }: CatalogContext): Handlers<typeof ListService>["listKeptLists"] {
  const own = runtime.config.node.code;
  return async ({ pageSize, pageToken }, { caller }) => {
    const groups = groupsFor(caller, own);
    let [group = "0", after = ""] = placeOf(pageToken, 2);
    if (!Object.hasOwn(groups, group)) throw foreignPageToken();
    for (;;) {
      const meant = groups[Number(group)];
      const { items, next } = await lists.query({
        index: "versions",
        ...(meant !== undefined && { equals: [meant] }),
        limit: pageSize || PAGE_SIZE,
        ...(after !== "" && { after }),
      });
      const following = Number(group) + 1;
      const isLast = next === undefined && following === groups.length;
      [group, after] = next !== undefined ? [group, next] : [String(following), ""];
      // An empty page with a next would look like a list without end.
      if (items.length === 0 && !isLast) continue;
      const told = items.map((list) => listMessage({ ...list, entries: [] }));
      return { lists: told, nextPageToken: isLast ? "" : tokenOf([group, after]) };
    }
  };
}

/** Nodes whose lists are told, each a query of its own; one that is undefined: all. */
function groupsFor(caller: Actor, own: string): (string | undefined)[] {
  return caller.kind === "node" ? [own, caller.node] : [undefined];
}
