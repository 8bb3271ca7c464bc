import type { IssueService } from "../../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { IssueContext } from "../context.ts";
import { namedCertificate } from "../record/named.ts";
import { certificateView } from "../record/view.ts";

/** Reads a certificate of the calling app, by its serial or its identifier; for staff also one of an issuer within reach, by its identifier. */
export function getCertificate(context: IssueContext): Handlers<typeof IssueService>["getCertificate"] {
  return async (request, call) => ({ certificate: certificateView(await namedCertificate(context, request, call)) });
}
