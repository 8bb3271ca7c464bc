import { create } from "@bufbuild/protobuf";
import { GetCertificateResponseSchema, type IssueService } from "../../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import { madeOnce } from "../../base/frozen.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { IssueContext } from "../context.ts";
import type { CertificateDocument } from "../record/certificate.ts";
import { namedCertificate } from "../record/named.ts";
import { certificateView } from "../record/view.ts";

/** Reads a certificate of the calling app, by its serial or its identifier; for staff also one of an issuer within reach, by its identifier. */
export function getCertificate(context: IssueContext): Handlers<typeof IssueService>["getCertificate"] {
  return async (request, call) => {
    const own = await namedCertificate(context, request, call);
    await context.views.seen(own, call, request.showsCodes ? "code" : "data");
    return answerOf(own);
  };
}

const answerOf = madeOnce((own: CertificateDocument) =>
  create(GetCertificateResponseSchema, { certificate: certificateView(own) }),
);
