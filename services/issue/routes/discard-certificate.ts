import type { IssueService } from "../../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import { appOf } from "../../call/chain/app-of.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { changeState } from "../change/change.ts";
import type { IssueContext } from "../context.ts";
import { certificateView } from "../record/view.ts";

/** 5.4.2: discards a certificate that was made but not issued. */
export function discardCertificate(context: IssueContext): Handlers<typeof IssueService>["discardCertificate"] {
  return async ({ requestId, businessSerial, cause }, call) => {
    const found = await context.certificates.bySerial(appOf(call).app, businessSerial);
    const change = { requestId, cause, action: "discard" } as const;
    const name = { field: "business_serial", name: businessSerial } as const;
    return { certificate: certificateView(await changeState(context, call, found, name, change)) };
  };
}
