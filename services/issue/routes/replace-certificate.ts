import type { IssueService } from "../../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import { refuseField } from "../../domain/refusal.ts";
import type { Handlers } from "../../runtime/service.ts";
import type { IssueContext } from "../context.ts";
import { makeCertificate } from "../make.ts";
import { certificateView } from "../view.ts";

/** 4.4.4: makes the next version of a certificate (变更、换发). */
export function replaceCertificate(context: IssueContext): Handlers<typeof IssueService>["replaceCertificate"] {
  return async ({ order, origin, replaces }, call) => {
    if (!order) throw refuseField("INVALID_FIELD", "order", "is missing", "say what is to be made");
    return { certificate: certificateView(await makeCertificate(context, call, { order, origin, replaces })) };
  };
}
