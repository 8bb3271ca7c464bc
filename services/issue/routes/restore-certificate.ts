import type { RecoveryService } from "../../../proto/gen/ecert/issue/v1/recovery_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { IssueContext } from "../context.ts";
import { restoreCertificate as restore } from "../restore/restore.ts";
import { createRestoreJudge } from "../restore/restore-judge.ts";

/** 4.6.2: takes back a certificate of this node as another has kept it, judged like any that comes from outside. */
export function restoreCertificate(context: IssueContext): Handlers<typeof RecoveryService>["restoreCertificate"] {
  const judge = createRestoreJudge(context);
  return async ({ record, dryRun }, call) => {
    const judged = await judge(record);
    const { outcome, missing } = await restore(context, judged, { look: dryRun });
    call.note({ identifier: judged.record.identifier, outcome });
    return { outcome, missing };
  };
}
