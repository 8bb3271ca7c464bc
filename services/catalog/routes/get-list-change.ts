import type { ListService } from "../../../proto/gen/ecert/catalog/v1/list_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { LIST_CHANGE } from "../../domain/list-procedure.ts";
import { stepsFor } from "../../domain/procedure.ts";
import type { CatalogContext } from "../context.ts";
import { caseOf, requireFound } from "../lists/change.ts";
import { changeView } from "../lists/list-view.ts";

/** Reads a change of a list, with the steps that the caller may take now. */
export function getListChange({ listChanges }: CatalogContext): Handlers<typeof ListService>["getListChange"] {
  return async ({ id }, { reach, caller }) => {
    const change = requireFound(await listChanges.get(id), id, reach);
    const openSteps = caller.kind === "staff" ? stepsFor(LIST_CHANGE, caseOf(change), caller) : [];
    return { change: changeView(change), openSteps };
  };
}
