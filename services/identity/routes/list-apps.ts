import type { AppService } from "../../../proto/gen/ecert/identity/v1/app_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { requireWholeNode } from "../../registry/reach.ts";
import { BY_NODE } from "../../registry/record.ts";
import type { AppRoom } from "../apps/app-room.ts";
import { toldApp } from "../apps/told-app.ts";

/** Lists the apps of this node by key, with what is told of their secrets. */
export function listApps(room: AppRoom): Handlers<typeof AppService>["listApps"] {
  return async ({ pageSize, pageToken }, { reach }) => {
    requireWholeNode(room, reach);
    const { items, next } = await room.apps.query({
      index: BY_NODE.name,
      equals: [room.runtime.config.node.code],
      limit: pageSize || 50,
      ...(pageToken && { after: pageToken }),
    });
    return { apps: items.map(toldApp), nextPageToken: next ?? "" };
  };
}
