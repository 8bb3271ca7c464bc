import type { AppService } from "../../../proto/gen/ecert/identity/v1/app_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { tellMark } from "../../node/marks/tell-mark.ts";
import type { AppRoom } from "../apps/app-room.ts";

/** Tells the mark of all records of apps; waits for another one, if asked to. */
export function watchApps({ mark, runtime }: AppRoom): Handlers<typeof AppService>["watchApps"] {
  return (question, call) => tellMark({ told: () => mark.told(), mark, ended: runtime.signal }, question, call);
}
