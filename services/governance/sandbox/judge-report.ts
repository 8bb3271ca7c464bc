import {
  type PresentedReport,
  readSandboxReport,
  requireSandboxReport,
  type SandboxReport,
} from "../../trust/sandbox-report.ts";
import type { GovernanceContext } from "../context.ts";
import type { CasePaper } from "../papers/paper-record.ts";

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
