import type { IssueService } from "../../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { changeState } from "../change/change.ts";
import type { IssueContext } from "../context.ts";
import { certificateView } from "../record/view.ts";

/** 4.4.4: brings a suspended certificate back into force (恢复). */
export function resumeCertificate(context: IssueContext): Handlers<typeof IssueService>["resumeCertificate"] {
  return async ({ requestId, identifier, cause }, call) => {
    const found = await context.certificates.get(identifier);
    const change = { requestId, cause, action: "resume" } as const;
    return {
      certificate: certificateView(
        await changeState(context, call, found, { field: "identifier", name: identifier }, change),
      ),
    };
  };
}
