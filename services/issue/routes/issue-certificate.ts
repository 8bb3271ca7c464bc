import type { IssueService } from "../../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import type { Handlers } from "../../runtime/service.ts";
import { appOf, type IssueContext } from "../context.ts";
import { issueCertificate as issue } from "../finish.ts";
import { requireOwn } from "../repository.ts";
import { certificateView } from "../view.ts";

/** 4.4.4, 5.4.2: issues a made certificate (签发). Calls for one certificate that arrive together share one signature. */
export function issueCertificate(context: IssueContext): Handlers<typeof IssueService>["issueCertificate"] {
  return async ({ businessSerial }, call) => {
    const { app } = appOf(call);
    const found = await context.certificates.bySerial(app, businessSerial);
    const { _id: identifier, itemCode } = requireOwn(found, app, businessSerial);
    call.note({ item: itemCode, identifier });
    const issued = await context.issuing.run(identifier, () => issue(context, call, identifier));
    return { certificate: certificateView(issued) };
  };
}
