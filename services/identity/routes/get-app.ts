import type { AppService } from "../../../proto/gen/ecert/identity/v1/app_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { refuseField } from "../../domain/refusal.ts";
import { isDepartmentWithin } from "../../registry/reach.ts";
import { appId } from "../apps/app-record.ts";
import type { AppRoom } from "../apps/app-room.ts";
import { toldApp } from "../apps/told-app.ts";

/** Reads an app of this node, with what is told of its secrets. */
export function getApp(room: AppRoom): Handlers<typeof AppService>["getApp"] {
  return async ({ key }, { reach }) => {
    const document = await room.apps.get(appId(key));
    // At the province apps are known by their key alone: another node's is not one of this register.
    const own = document?.node === room.runtime.config.node.code ? document : undefined;
    if (own && (await isDepartmentWithin(room, reach, String(own.value.departmentCode)))) return { app: toldApp(own) };
    const localized = `本节点没有${key}，请从列表（ListApps）中选取`;
    throw refuseField("APP_UNKNOWN", "key", `no app ${key} at this node`, "see ListApps", localized);
  };
}
