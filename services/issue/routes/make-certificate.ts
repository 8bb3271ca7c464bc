import type { IssueService } from "../../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { refuseField } from "../../domain/refusal.ts";
import type { IssueContext } from "../context.ts";
import { makeCertificate as make } from "../make/make-certificate.ts";
import { certificateView } from "../record/view.ts";
import { withUploads } from "../uploads/with-uploads.ts";

/** 4.4.4, 5.4.2: makes a certificate (制证). */
export function makeCertificate(context: IssueContext): Handlers<typeof IssueService>["makeCertificate"] {
  return async ({ order, origin }, call) => {
    if (!order)
      throw refuseField(
        "INVALID_FIELD",
        "order",
        "is missing",
        "say what is to be made",
        "缺少订单，请填写要制作的内容",
      );
    return withUploads(context, call, { order, uses: true }, async (whole) => ({
      certificate: certificateView(await make(context, call, { order: whole, origin })),
    }));
  };
}
