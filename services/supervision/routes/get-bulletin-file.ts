import type { BulletinService } from "../../../proto/gen/ecert/supervision/v1/bulletin_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { bulletinFile } from "../bulletin/bulletin-view.ts";
import { findBulletin } from "../bulletin/find-bulletin.ts";
import type { SupervisionContext } from "../context.ts";

/** Gives a file of a bulletin to whoever may read all of its division. */
export function getBulletinFile(context: SupervisionContext): Handlers<typeof BulletinService>["getBulletinFile"] {
  return async (request, call) =>
    bulletinFile(context.runtime, await findBulletin(context, request, call), request.form);
}
