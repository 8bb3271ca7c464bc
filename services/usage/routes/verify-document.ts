import type { VerifyService } from "../../../proto/gen/ecert/usage/v1/verify_service_pb.ts";
import { openSignedOfd } from "../../document/ofd/verify-ofd.ts";
import type { Handlers } from "../../runtime/service.ts";
import type { Signers } from "../../trust/signers.ts";
import { verifyDocument as verify } from "../../trust/verification/verify-document.ts";
import type { UsageDependencies } from "../context.ts";
import { statusFromArchives } from "../verification/archive-status.ts";
import { createCallLimit } from "../verification/call-limit.ts";
import { reportMessage } from "../verification/report-message.ts";

/** Public verification of a document. What is handed in is neither stored nor logged; the log has verdict and digest. */
export function verifyDocument(
  dependencies: UsageDependencies,
  signers: Signers,
): Handlers<typeof VerifyService>["verifyDocument"] {
  const { runtime } = dependencies;
  const limit = createCallLimit(() => runtime.now());
  return async ({ document, messageSignature, message }, call) => {
    limit.admit(call.address);
    const report = await verify(document, {
      ...signers.current(),
      at: runtime.now(),
      status: statusFromArchives(dependencies, call),
      openOfd: openSignedOfd,
      ...(messageSignature.length > 0 && { messageSignature }),
      ...(message.length > 0 && { message }),
    });
    call.note({ verdict: report.verdict, sha256: report.sha256 });
    runtime.metrics.count("usage_verifications", { verdict: report.verdict });
    return { report: reportMessage(report) };
  };
}
