import type { ListService } from "../../../proto/gen/ecert/catalog/v1/list_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { StaffActor } from "../../domain/actor.ts";
import type { CatalogContext } from "../context.ts";
import { discard } from "../lists/change.ts";
import { changeView } from "../lists/list-view.ts";

/** Gives a prepared change up. */
export function discardListChange(context: CatalogContext): Handlers<typeof ListService>["discardListChange"] {
  return async (request, { caller }) => ({
    // Its permission lets nobody else in.
    change: changeView(await discard(context, caller as StaffActor, request)),
  });
}
