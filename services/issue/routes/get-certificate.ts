import type { IssueService } from "../../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import { appOf } from "../../call/chain/app-of.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { refuseField } from "../../domain/refusal.ts";
import type { IssueContext } from "../context.ts";
import { requireSeen } from "../record/seen.ts";
import { certificateView } from "../record/view.ts";

/** Reads a certificate of the calling app, by its serial or its identifier; for staff also one of an issuer within reach, by its identifier. */
export function getCertificate(context: IssueContext): Handlers<typeof IssueService>["getCertificate"] {
  return async ({ businessSerial, identifier }, call) => {
    const { app } = appOf(call);
    const { certificates } = context;
    if ((businessSerial === "") === (identifier === "")) {
      const description = "exactly one of business_serial and identifier names the certificate";
      throw refuseField(
        "INVALID_FIELD",
        "business_serial",
        description,
        "send one of the two",
        "business_serial与identifier须填写且只填写一个，请更正",
      );
    }
    const found = businessSerial
      ? await certificates.bySerial(app, businessSerial)
      : await certificates.get(identifier);
    const own = requireSeen(
      found,
      call,
      businessSerial ? { field: "business_serial", name: businessSerial } : { field: "identifier", name: identifier },
    );
    call.note({ identifier: own._id });
    return { certificate: certificateView(own) };
  };
}
