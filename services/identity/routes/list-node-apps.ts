import type { AppRecoveryService } from "../../../proto/gen/ecert/identity/v1/app_recovery_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { recordsOf } from "../../registry/recovery/listed-records.ts";
import { shownTo } from "../../registry/recovery/shown-to.ts";
import type { AppRoom } from "../apps/app-room.ts";
import { appRecordOf } from "../apps/app-terms.ts";

/** Lists the apps of a node, by key. */
export function listNodeApps(room: AppRoom): Handlers<typeof AppRecoveryService>["listNodeApps"] {
  return async (request, call) => {
    const { records, nextPageToken } = await recordsOf(room, shownTo(room, call.caller), request, appRecordOf);
    return { apps: records, nextPageToken };
  };
}
