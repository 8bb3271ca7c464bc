import type { IssueService } from "../../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import type { Handlers } from "../../runtime/service.ts";
import { changeState } from "../change.ts";
import { appOf, type IssueContext } from "../context.ts";
import { certificateView } from "../view.ts";

/** 5.4.2: discards a certificate that was made but not issued. */
export function discardCertificate(context: IssueContext): Handlers<typeof IssueService>["discardCertificate"] {
  return async ({ requestId, businessSerial, cause }, call) => {
    const found = await context.certificates.bySerial(appOf(call).app, businessSerial);
    const change = { requestId, cause, action: "discard" } as const;
    return { certificate: certificateView(await changeState(context, call, found, businessSerial, change)) };
  };
}
