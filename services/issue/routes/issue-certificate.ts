import type { IssueService } from "../../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import { appOf } from "../../call/chain/app-of.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { IssueContext } from "../context.ts";
import { actsFor } from "../record/acts-for.ts";
import { messageOf } from "../record/certificate.ts";
import { requireOwn } from "../record/repository.ts";
import { certificateView } from "../record/view.ts";
import { requireOwnConfirmation } from "../sign/confirmation.ts";
import { issueCertificate as issue } from "../sign/issue-certificate.ts";
import { keepingFault } from "../sign/last-fault.ts";
import { requireSeparated } from "../sign/require-separated.ts";

/** 4.4.4, 5.4.2: issues a made certificate (签发). Calls for one certificate that arrive together share one signature. */
export function issueCertificate(context: IssueContext): Handlers<typeof IssueService>["issueCertificate"] {
  return async ({ businessSerial, confirmation }, call) => {
    const { app, department, officer } = appOf(call);
    const found = await context.certificates.bySerial(app, businessSerial);
    // What is not there may be what was lost.
    await context.lost.require(found ? messageOf(found).metadata.issuer.code : department);
    const own = requireOwn(found, app, { field: "business_serial", name: businessSerial });
    const { _id: identifier, itemCode } = own;
    call.note({ item: itemCode, identifier, ...actsFor(call, messageOf(own).metadata.issuer.code) });
    const issued = await keepingFault(context, call, identifier, async () => {
      // Of everybody who calls, also where the signature is shared.
      if (officer) await requireSeparated(context, call, own, officer);
      requireOwnConfirmation(context, confirmation, { document: own, department, officer });
      return context.issuing.run(identifier, () => issue(context, call, identifier, confirmation));
    });
    return { certificate: certificateView(issued) };
  };
}
