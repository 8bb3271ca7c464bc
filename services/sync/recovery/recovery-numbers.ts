import { Refusal } from "../../domain/refusal.ts";
import type { Runtime } from "../../node/runtime.ts";
import { isBeyond } from "../../node/standing-name.ts";
import type { LinkStanding } from "../standing/link-standing.ts";
import type { RecoveryProgress, StepOptions } from "./recovery-progress.ts";

/**
 * Has the numbers of every link go on behind what the peer has seen. A peer that cannot be asked stops none of the others. Where nothing
 * was lost to it, that is only told: the next comparison finds what there is. A link that was found behind stays so, and is told as failed:
 * throws `NODE_BEHIND` at the end, for to go on without the peer's mark could give a number twice.
 */
export async function continueNumbers(
  { log }: Pick<Runtime, "log">,
  links: readonly Pick<LinkStanding, "link" | "own" | "goOn">[],
  progress: RecoveryProgress,
  { dryRun, signal }: StepOptions,
): Promise<void> {
  const numbers = progress.part("numbers");
  numbers.total = links.length;
  for (const one of links) {
    const behind = isBeyond(one.own);
    try {
      if (!dryRun) await one.goOn(signal);
      if (behind) numbers.restored += 1;
    } catch (error) {
      if (signal.aborted) throw error;
      if (behind) numbers.failed += 1;
      const { node } = one.link.peer;
      const cause = error instanceof Refusal ? `${error.reason}: ${error.message}` : String(error);
      log.error({ peer: node, behind, cause }, "numbers cannot go on behind what a peer has seen");
      progress.notice(noticeOf(node, behind, cause));
    }
    numbers.done += 1;
  }
  if (numbers.failed === 0) return;
  const what = `the numbers of ${numbers.failed} link(s) cannot go on, so this node stays behind: see the notices`;
  throw new Refusal(
    "NODE_BEHIND",
    `${what}; start again when these nodes answer, or take one that never will out of \`peers\``,
  );
}

function noticeOf(node: string, behind: boolean, cause: string): string {
  if (!behind) return `节点 ${node} 未能比对编号 · the numbers of ${node} were not compared: ${cause}`;
  const remedy = `待其恢复后再次执行，已停用的请从 peers 中删除 · numbers with ${node} stay behind`;
  return `与节点 ${node} 的编号仍落后，${remedy}: ${cause}`;
}
