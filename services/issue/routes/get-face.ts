import type { IssueService } from "../../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import { FileFormat, LongTerm } from "../../../proto/gen/ecert/type/v1/file_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { type CertificateState, STATE_NAMES } from "../../domain/certificate-state.ts";
import { type FieldViolation, Refusal } from "../../domain/refusal.ts";
import { longTermFile } from "../../record/long-term-file.ts";
import type { IssueContext } from "../context.ts";
import { certificateFile, pdfFile } from "../face/certificate-file.ts";
import { messageOf } from "../record/certificate.ts";
import { namedCertificate } from "../record/named.ts";

/** 4.5.5, 5.4.2: the signed PDF or OFD, byte-identical at every call, on request with data for the long term; before it is issued the face to be checked by eye (核验). */
export function getFace(context: IssueContext): Handlers<typeof IssueService>["getFace"] {
  return async ({ format, longTerm, ...named }, call) => {
    const own = await namedCertificate(context, named, call);
    await context.views.seen(own, call, "face");
    const wanted = format === FileFormat.UNSPECIFIED ? FileFormat.PDF : format;
    if (own.signed) {
      const file = await certificateFile(context.runtime.store.blobs, own, wanted);
      return { file: await longTermFile(file, longTerm, context.longTerm.extend) };
    }
    if (own.state !== "made") {
      throw noFace(own.state, {
        field: "business_serial",
        description: `a certificate that is ${own.state} has no face`,
        remedy: "make it first, under a new business serial where it was discarded",
        localized: `证照状态为“${STATE_NAMES[own.state]}”，没有照面；请先制证（已作废的须用新的业务流水号）`,
      });
    }
    if (wanted !== FileFormat.PDF || longTerm !== LongTerm.UNSPECIFIED) {
      throw noFace(own.state, {
        field: wanted === FileFormat.PDF ? "long_term" : "format",
        description: "exists once the certificate is issued",
        remedy: "look at the PDF before that, without data for the long term",
        localized: "签发之后才有；签发之前请查看PDF照面，且不要求长期验证资料",
      });
    }
    const { pdf } = await context.faces.prepare(own, messageOf(own));
    return { file: pdfFile(own, pdf.bytes) };
  };
}

function noFace(state: CertificateState, violation: FieldViolation): Refusal {
  const { field, description, remedy } = violation;
  return new Refusal("STATE_CONFLICT", `${field}: ${description}: ${remedy}`, {
    fields: [violation],
    metadata: { state, action: "show" },
  });
}
