import type { WatchService } from "../../../proto/gen/ecert/watch/v1/watch_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { alarmsOf } from "./alarm-list.ts";
import type { NodeWatch } from "./node-watch.ts";
import type { ProcessWatch } from "./process-watch.ts";

/** Tells how the process, and the whole node, stands (5.7.2, 6.2.1.2). */
export function watchHandlers(own: ProcessWatch, node: NodeWatch): Handlers<typeof WatchService> {
  return {
    async getNode(request) {
      const looked = await node.look();
      const { items, next } = alarmsOf(looked.alarms, request);
      return { ...looked, alarms: items, nextPageToken: next ?? "" };
    },
    getProcess: async () => ({ process: await own.look() }),
  };
}
