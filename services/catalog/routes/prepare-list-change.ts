import type { ListChange } from "../../../proto/gen/ecert/catalog/v1/list_pb.ts";
import type { ListService } from "../../../proto/gen/ecert/catalog/v1/list_service_pb.ts";
import type { TakenStep } from "../../../proto/gen/ecert/type/v1/procedure_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { Actor } from "../../domain/actor.ts";
import { refuseField } from "../../domain/refusal.ts";
import type { CatalogContext } from "../context.ts";
import { prepare, requireDivisionWithin, type WantedChange } from "../lists/change.ts";
import { changeView, linesIn } from "../lists/list-view.ts";

/** 4.3.2, 6.2.3.1: prepares a change of the list of a division. */
export function prepareListChange(context: CatalogContext): Handlers<typeof ListService>["prepareListChange"] {
  return async ({ change, remark, preparedBy }, { caller }) => {
    const { id, division, lines } = change as ListChange;
    const person = personOf(caller, preparedBy);
    requireDivisionWithin(division, person.division);
    const step = { action: "prepare" as const, ...person, remark };
    return { change: changeView(await prepare(context, { id, division, lines: linesIn(lines), step })) };
  };
}

/** Who prepares: the member of staff that calls, or the one for whom a service does. */
function personOf(caller: Actor, preparedBy: TakenStep | undefined): Omit<WantedChange["step"], "action" | "remark"> {
  if (caller.kind === "staff") {
    const { account, name, department, division } = caller;
    return { account, name, department, division };
  }
  if (!preparedBy || preparedBy.account === "")
    throw refuseField("INVALID_FIELD", "prepared_by", "is needed of a service", "name the person", "应填写拟稿人");
  const { account, name, departmentCode: department, division } = preparedBy;
  return { account, name, department, division };
}
