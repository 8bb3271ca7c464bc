import type { VerifyService } from "../../../proto/gen/ecert/usage/v1/verify_service_pb.ts";
import type { CallLimit } from "../../call/chain/call-limit.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { isSandboxNode } from "../../domain/sandbox.ts";
import { registerDecides } from "../../judgement/judge-record.ts";
import type { HeldRegister } from "../../judgement/register-source.ts";
import type { UsageContext } from "../context.ts";
import { statusFromArchives } from "../verification/archive-status.ts";
import { reportMessage } from "../verification/report-message.ts";

/** Public verification of a document. What is handed in is neither stored nor logged; the log has verdict and digest. */
export function verifyDocument(
  context: UsageContext,
  limit: CallLimit,
): Handlers<typeof VerifyService>["verifyDocument"] {
  const { runtime, register, verifier } = context;
  const { code } = runtime.config.node;
  return async ({ document, messageSignature, message }, call) => {
    limit.admit(call.address);
    const given = {
      document,
      at: runtime.now(),
      registerExpected: register.expected,
      ...(isSandboxNode(code) && { sandbox: code }),
      ...(messageSignature.length > 0 && { messageSignature }),
      ...(message.length > 0 && { message }),
    };
    const status = statusFromArchives(context, call);
    const held = await register.current();
    let report = await verifier.verify(given, { status, ...shared(held) });
    if (held && registerDecides(report.findings)) {
      const newer = await register.anew();
      if (newer && newer !== held) report = await verifier.verify(given, { status, ...shared(newer) });
    }
    call.note({ verdict: report.verdict, sha256: report.sha256 });
    runtime.metrics.count("usage_verifications", { verdict: report.verdict });
    return { report: reportMessage(report) };
  };
}

/** What threads get of a register. */
function shared(held: HeldRegister | undefined) {
  return held && { register: { builtAt: held.builtAt, asOf: held.asOf, bytes: held.bytes } };
}
