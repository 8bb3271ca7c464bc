import type { IssueService } from "../../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import { FileFormat } from "../../../proto/gen/ecert/type/v1/file_pb.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { Handlers } from "../../runtime/service.ts";
import { messageOf } from "../certificate.ts";
import { certificateFile, pdfFile } from "../certificate-file.ts";
import { appOf, type IssueContext } from "../context.ts";
import { requireOwn } from "../repository.ts";

/** 4.5.5, 5.4.2: the signed PDF or OFD, byte-identical at every call; before it is issued the face to be checked by eye (核验). */
export function getFace(context: IssueContext): Handlers<typeof IssueService>["getFace"] {
  return async ({ businessSerial, format }, call) => {
    const { app } = appOf(call);
    const own = requireOwn(await context.certificates.bySerial(app, businessSerial), app, businessSerial);
    call.note({ identifier: own._id });
    const wanted = format === FileFormat.UNSPECIFIED ? FileFormat.PDF : format;
    if (own.signed) return { file: await certificateFile(context.runtime.store.blobs, own, wanted) };
    if (own.state !== "made") {
      const message = `a certificate that is ${own.state} has no face: make it first`;
      throw new Refusal("STATE_CONFLICT", message, { metadata: { state: own.state, action: "show" } });
    }
    if (wanted !== FileFormat.PDF) {
      const message = "the OFD exists once the certificate is issued: look at the PDF before";
      throw new Refusal("STATE_CONFLICT", message, { metadata: { state: own.state, action: "show" } });
    }
    const { pdf } = await context.faces.prepare(own, messageOf(own));
    return { file: pdfFile(own, pdf.bytes) };
  };
}
