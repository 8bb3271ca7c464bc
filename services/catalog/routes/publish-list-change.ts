import type { ListService } from "../../../proto/gen/ecert/catalog/v1/list_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { StaffActor } from "../../domain/actor.ts";
import type { CatalogContext } from "../context.ts";
import { publish } from "../lists/change.ts";
import { changeView } from "../lists/list-view.ts";

/** 4.3.2: publishes a prepared change. */
export function publishListChange(context: CatalogContext): Handlers<typeof ListService>["publishListChange"] {
  return async (request, { caller }) => ({
    // Its permission lets nobody else in.
    change: changeView(await publish(context, caller as StaffActor, request)),
  });
}
