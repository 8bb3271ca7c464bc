import type { SandboxService } from "../../../proto/gen/ecert/governance/v1/sandbox_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { suffices } from "../../domain/sandbox-check.ts";
import { signedSandboxReport } from "../../trust/sandbox-report.ts";
import type { GovernanceContext } from "../context.ts";
import { requireSandboxApp } from "../sandbox/require-app.ts";
import { reportOf, stepViews } from "../sandbox/sandbox-view.ts";

/** 6.2.4.1, 6.2.4.3: checks what a system has done in the sandbox, and signs the report of it. */
export function checkSandbox(context: GovernanceContext): Handlers<typeof SandboxService>["checkSandbox"] {
  return async ({ appKey }, call) => {
    const { app } = await requireSandboxApp(context, appKey, call);
    const { config, nodeKey, now } = context.runtime;
    const report = reportOf(app, config.node.code, now());
    const done = report.done.map(({ step }) => step);
    return {
      steps: stepViews(app),
      enoughForIssuing: suffices(done, "issuing"),
      enoughForUsage: suffices(done, "usage"),
      report: signedSandboxReport(report, nodeKey.sign),
    };
  };
}
