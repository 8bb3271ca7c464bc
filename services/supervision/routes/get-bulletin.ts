import type { BulletinService } from "../../../proto/gen/ecert/supervision/v1/bulletin_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { bulletinView } from "../bulletin/bulletin-view.ts";
import { findBulletin } from "../bulletin/find-bulletin.ts";
import type { SupervisionContext } from "../context.ts";

/** Reads a bulletin with who has read it. */
export function getBulletin(context: SupervisionContext): Handlers<typeof BulletinService>["getBulletin"] {
  return async (request, call) => ({ bulletin: bulletinView(await findBulletin(context, request, call)) });
}
