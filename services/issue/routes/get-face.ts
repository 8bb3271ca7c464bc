import type { IssueService } from "../../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import { FileFormat, LongTerm } from "../../../proto/gen/ecert/type/v1/file_pb.ts";
import { Refusal } from "../../domain/refusal.ts";
import { longTermFile } from "../../runtime/long-term-file.ts";
import type { Handlers } from "../../runtime/service.ts";
import { messageOf } from "../certificate.ts";
import { certificateFile, pdfFile } from "../certificate-file.ts";
import { appOf, type IssueContext } from "../context.ts";
import { requireOwn } from "../repository.ts";

/** 4.5.5, 5.4.2: the signed PDF or OFD, byte-identical at every call, on request with data for the long term; before it is issued the face to be checked by eye (核验). */
export function getFace(context: IssueContext): Handlers<typeof IssueService>["getFace"] {
  return async ({ businessSerial, format, longTerm }, call) => {
    const { app } = appOf(call);
    const own = requireOwn(await context.certificates.bySerial(app, businessSerial), app, businessSerial);
    call.note({ identifier: own._id });
    const wanted = format === FileFormat.UNSPECIFIED ? FileFormat.PDF : format;
    if (own.signed) {
      const file = await certificateFile(context.runtime.store.blobs, own, wanted);
      return { file: await longTermFile(file, longTerm, context.longTerm.extend) };
    }
    if (own.state !== "made") {
      const message = `a certificate that is ${own.state} has no face: make it first`;
      throw new Refusal("STATE_CONFLICT", message, { metadata: { state: own.state, action: "show" } });
    }
    if (wanted !== FileFormat.PDF || longTerm !== LongTerm.UNSPECIFIED) {
      const message =
        "the OFD, and data for the long term, exist once the certificate is issued: look at the PDF before";
      throw new Refusal("STATE_CONFLICT", message, { metadata: { state: own.state, action: "show" } });
    }
    const { pdf } = await context.faces.prepare(own, messageOf(own));
    return { file: pdfFile(own, pdf.bytes) };
  };
}
