import type { IssueService } from "../../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import { refuseField } from "../../domain/refusal.ts";
import type { Handlers } from "../../runtime/service.ts";
import type { IssueContext } from "../context.ts";
import { makeCertificate as make } from "../make.ts";
import { certificateView } from "../view.ts";

/** 4.4.4, 5.4.2: makes a certificate (制证). */
export function makeCertificate(context: IssueContext): Handlers<typeof IssueService>["makeCertificate"] {
  return async ({ order, origin }, call) => {
    if (!order) throw refuseField("INVALID_FIELD", "order", "is missing", "say what is to be made");
    return { certificate: certificateView(await make(context, call, { order, origin })) };
  };
}
