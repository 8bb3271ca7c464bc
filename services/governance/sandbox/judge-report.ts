import { isConsoleApp } from "../../domain/console-app.ts";
import { refuseField } from "../../domain/refusal.ts";
import { sandboxReportNeeded } from "../../host/sandbox-config.ts";
import {
  type PresentedReport,
  readSandboxReport,
  requireSandboxReport,
  type SandboxReport,
} from "../../trust/sandbox-report.ts";
import type { GovernanceContext } from "../context.ts";
import type { CasePaper } from "../papers/paper-record.ts";

/**
 * Refuses (`PAPER_MISSING`) a request that names a system without the report of its sandbox, where the node asks for one (6.2.4, 6.4.5.1). The console of a
 * department is none of its systems.
 */
export function requireReport(
  { runtime }: Pick<GovernanceContext, "runtime">,
  papers: readonly CasePaper[],
  app: string,
): void {
  const { config } = runtime;
  if (!sandboxReportNeeded(config) || isConsoleApp(config.node.code, app)) return;
  if (papers.some(({ kind }) => kind === "sandboxReport")) return;
  const description = `the sandbox report (PAPER_KIND_SANDBOX_REPORT) of system ${app} is missing`;
  const make =
    "`ecert sandbox check APP --out FILE` at the sandbox makes it, `ecert paper put FILE --kind SANDBOX_REPORT` hands it in";
  const localized = `缺少系统${app}的沙箱检测报告：请在沙箱执行ecert sandbox check APP --out FILE取得报告，再用ecert paper put FILE --kind SANDBOX_REPORT上传并列入申请`;
  throw refuseField("PAPER_MISSING", "request.papers", description, make, localized);
}

/**
 * Judges the sandbox report among the papers of an opening request (6.4.5.1, 6.4.6.1), anew each time, since it ages. `undefined` where there is none. Refuses
 * (`SANDBOX_REPORT_REFUSED`) one that does not suit the opening, saying what is missing, and as {@link readSandboxReport} does.
 */
export async function judgedReport(
  context: Pick<GovernanceContext, "sandboxKeys" | "runtime">,
  papers: readonly CasePaper[],
  presented: Omit<PresentedReport, "now">,
): Promise<SandboxReport | undefined> {
  const paper = papers.find(({ kind }) => kind === "sandboxReport");
  if (!paper) return undefined;
  const content = await context.runtime.store.blobs.get(paper.sha256);
  if (!content) throw new Error(`the content of paper ${paper.sha256} is gone from the store`);
  const report = readSandboxReport(content, context.sandboxKeys);
  requireSandboxReport(report, { ...presented, now: context.runtime.now() });
  return report;
}
