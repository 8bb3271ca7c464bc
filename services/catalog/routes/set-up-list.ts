import type { ListChange } from "../../../proto/gen/ecert/catalog/v1/list_pb.ts";
import type { ListService } from "../../../proto/gen/ecert/catalog/v1/list_service_pb.ts";
import { callerName } from "../../call/chain/caller.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { CatalogContext } from "../context.ts";
import { setUp } from "../lists/change.ts";
import { changeView, linesIn } from "../lists/list-view.ts";

/** Puts a list in force for the set-up of a node, under the operator's name. */
export function setUpList(context: CatalogContext): Handlers<typeof ListService>["setUpList"] {
  return async ({ change, remark }, { caller }) => {
    const { id, division, lines } = change as ListChange;
    const account = callerName(caller);
    const step = { action: "set-up" as const, account, name: "", department: "", division: "", remark };
    return { change: changeView(await setUp(context, { id, division, lines: linesIn(lines), step })) };
  };
}
