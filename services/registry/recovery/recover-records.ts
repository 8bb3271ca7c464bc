import { patiently } from "../../base/patiently.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { RecordDocument, RecordRoom } from "../record.ts";
import { compareRecords } from "./compare-records.ts";
import type { RecordLists } from "./peer-lists.ts";
import { PATIENCE_MS, type Report } from "./report.ts";

/** At the province: takes over what a node has newer than is kept of it, and tells what stands otherwise. */
export async function recoverRecords<D extends RecordDocument, P extends string>(
  room: RecordRoom<D>,
  node: string,
  { lists, part, dryRun, report }: { lists: RecordLists<D>; part: P; dryRun: boolean; report: Report<P> },
): Promise<void> {
  const { ahead, forks, ...records } = await compareRecords(room, node, lists, dryRun);
  report.add(part, { done: records.listed, restored: records.restored, failed: records.failed });
  if (forks > 0)
    report.notice(
      `节点 ${node} 有 ${forks} 条登记记录与本节点同一变更号下内容不同，已隔离；请用 ecert set-aside list 查看`,
    );
  if (ahead.length > 0)
    report.notice(
      `节点 ${node} 自身是较旧的副本：本节点保存其 ${ahead.length} 条更新的登记记录；请在该节点运行 ecert recover`,
    );
}

/** Asks a node that may have been started a moment ago, as this one was: its connections may not be there yet. */
export function firstOf<T>(ask: () => Promise<T>, signal: AbortSignal): Promise<T> {
  return patiently(ask, PATIENCE_MS, signal);
}

/** Asks nodes one after the other; one that is away or at fault keeps no other from being heard, and is told. */
export async function heard<T, P extends string>(
  nodes: readonly string[],
  report: Report<P>,
  ask: (node: string) => Promise<T>,
): Promise<Map<string, T>> {
  const answers = new Map<string, T>();
  for (const node of nodes) {
    try {
      answers.set(node, await ask(node));
    } catch (error) {
      // The own store: nothing more can be brought back now.
      if (error instanceof Refusal && (error.reason === "STORE_AWAY" || error.reason === "STORE_FULL")) throw error;
      report.notice(`节点 ${node} 未能参与恢复：${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return answers;
}
