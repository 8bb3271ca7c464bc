import type { IssueService } from "../../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { refuseField } from "../../domain/refusal.ts";
import type { IssueContext } from "../context.ts";
import { makeCertificate } from "../make/make-certificate.ts";
import { certificateView } from "../record/view.ts";
import { withUploads } from "../uploads/with-uploads.ts";

/** 4.4.4: makes the next version of a certificate (变更、换发). */
export function replaceCertificate(context: IssueContext): Handlers<typeof IssueService>["replaceCertificate"] {
  return async ({ order, origin, replaces, cause }, call) => {
    if (!order)
      throw refuseField(
        "INVALID_FIELD",
        "order",
        "is missing",
        "say what is to be made",
        "缺少订单，请填写要制作的内容",
      );
    return withUploads(context, call, { order, uses: true }, async (whole) => ({
      certificate: certificateView(await makeCertificate(context, call, { order: whole, origin, replaces, cause })),
    }));
  };
}
