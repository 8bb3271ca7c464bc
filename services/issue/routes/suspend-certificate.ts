import type { IssueService } from "../../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { changeState } from "../change/change.ts";
import type { IssueContext } from "../context.ts";
import { certificateView } from "../record/view.ts";

/** 4.4.4: suspends an issued certificate (暂扣). */
export function suspendCertificate(context: IssueContext): Handlers<typeof IssueService>["suspendCertificate"] {
  return async ({ requestId, identifier, cause }, call) => {
    const found = await context.certificates.get(identifier);
    const change = { requestId, cause, action: "suspend" } as const;
    return {
      certificate: certificateView(
        await changeState(context, call, found, { field: "identifier", name: identifier }, change),
      ),
    };
  };
}
