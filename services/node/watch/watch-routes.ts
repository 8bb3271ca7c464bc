import type { WatchService } from "../../../proto/gen/ecert/watch/v1/watch_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { NodeWatch } from "./node-watch.ts";
import type { ProcessWatch } from "./process-watch.ts";

/** Tells how the process, and the whole node, stands (5.7.2, 6.2.1.2). */
export function watchHandlers(own: ProcessWatch, node: NodeWatch): Handlers<typeof WatchService> {
  return {
    getNode: () => node.look(),
    getProcess: async () => ({ process: await own.look() }),
  };
}
