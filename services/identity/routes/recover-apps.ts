import type { AppRecoveryService } from "../../../proto/gen/ecert/identity/v1/app_recovery_service_pb.ts";
import { createTurns } from "../../base/in-turn.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { AppRoom } from "../apps/app-room.ts";
import { recoverApps as recover } from "../apps/recover-apps.ts";

/** Takes back what peers have of this node's apps. One recovery runs at a time; who asks meanwhile is answered by the next. */
export function recoverApps(room: AppRoom): Handlers<typeof AppRecoveryService>["recoverApps"] {
  const inTurn = createTurns();
  return ({ dryRun }) =>
    inTurn(async () => {
      const { parts, notices, lacking } = await recover(room, dryRun);
      const [{ done, restored, failed } = { done: 0, restored: 0, failed: 0 }] = parts;
      if (!dryRun) await room.watch.again();
      await room.runtime.evidence.append("apps-recovered", { dryRun, restored, failed });
      const counts = { done: BigInt(done), restored: BigInt(restored), failed: BigInt(failed) };
      return { ...counts, notices: [...notices], lacking: [...lacking] };
    });
}
