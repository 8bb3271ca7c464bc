import type { IssueService } from "../../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { changeState } from "../change/change.ts";
import type { IssueContext } from "../context.ts";
import { certificateView } from "../record/view.ts";

/** 4.4.4: revokes an issued or suspended certificate for good (注销). */
export function revokeCertificate(context: IssueContext): Handlers<typeof IssueService>["revokeCertificate"] {
  return async ({ requestId, identifier, cause }, call) => {
    const found = await context.certificates.get(identifier);
    const change = { requestId, cause, action: "revoke" } as const;
    return {
      certificate: certificateView(
        await changeState(context, call, found, { field: "identifier", name: identifier }, change),
      ),
    };
  };
}
