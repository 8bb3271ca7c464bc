import type { IssueService } from "../../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { Handlers } from "../../runtime/service.ts";
import { messageOf } from "../certificate.ts";
import { pdfFile, signedPdf } from "../certificate-file.ts";
import { appOf, type IssueContext } from "../context.ts";
import { requireOwn } from "../repository.ts";

/** 4.5.5, 5.4.2: the signed PDF, byte-identical at every call; before it is issued the face to be checked by eye (核验). */
export function getFace(context: IssueContext): Handlers<typeof IssueService>["getFace"] {
  return async ({ businessSerial }, call) => {
    const { app } = appOf(call);
    const own = requireOwn(await context.certificates.bySerial(app, businessSerial), app, businessSerial);
    call.note({ identifier: own._id });
    if (own.signed) return { file: await signedPdf(context.runtime.store.blobs, own) };
    if (own.state !== "made") {
      const message = `a certificate that is ${own.state} has no face: make it first`;
      throw new Refusal("STATE_CONFLICT", message, { metadata: { state: own.state, action: "show" } });
    }
    const { bytes } = await context.faces.prepare(own.template, own.sealPicture, messageOf(own));
    return { file: pdfFile(own, bytes) };
  };
}
