import { patiently } from "../../base/patiently.ts";
import { contentDigest } from "../content-digest.ts";
import type { RecordDocument, RecordRoom } from "../record.ts";
import { compareOwn, MOST_DIFFERENCES } from "./compare-own.ts";
import type { RecordLists } from "./peer-lists.ts";
import { PATIENCE_MS, type Report } from "./report.ts";
import { restoreOwn } from "./restore-own.ts";

/** What {@link recoverOwn} works with. */
export interface OwnRecovery<D extends RecordDocument, P extends string> {
  /** What the province keeps of this node; `undefined` where the configuration names no address to ask. */
  lists: (() => RecordLists<D>) | undefined;
  /** Name of the service at the province, as the report calls it. */
  asked: { name: string; chinese: string };
  part: P;
  dryRun: boolean;
  report: Report<P>;
}

/**
 * Brings the records of a node forward from what the province keeps of it. What has other content under the same change stays as it is: a
 * person decides, and puts the record again. Where the configuration names no address of the province's service nothing is compared, which the
 * report tells as lacking. Throws `PEER_AWAY` where the province cannot be asked, and `DEADLINE_EXCEEDED` where it takes longer than an hour
 * to list what it keeps.
 */
export async function recoverOwn<D extends RecordDocument, P extends string>(
  room: RecordRoom<D>,
  { lists, asked, part, dryRun, report }: OwnRecovery<D, P>,
): Promise<void> {
  const { signal } = room.runtime;
  if (lists === undefined) {
    report.lacks(`省级节点的${asked.chinese}未配置地址（peers[].services.${asked.name}），本节点的登记记录未比对`);
    return;
  }
  for (let more = true; more; ) {
    // A recovery is started as soon as the node is: its connections may not be there yet.
    const found = await patiently(() => compareOwn(room, lists()), PATIENCE_MS, signal);
    const behind = found.differences.filter(({ how }) => how === "behind");
    const forked = found.differences.filter(({ how }) => how === "forked");
    report.add(part, { done: found.listed, failed: forked.length });
    for (const notice of found.notices) report.notice(notice);
    for (const { id, own, kept } of forked) {
      const [here, there] = [own ? contentDigest(room, own) : "", contentDigest(room, kept)];
      report.notice(
        `登记记录 ${id} 在变更 ${kept.changes} 下有两份内容：本节点 ${here}，省级节点 ${there}；请核对后重新登记该记录`,
      );
    }
    for (const one of behind) if (dryRun || (await restoreOwn(room, one))) report.add(part, { restored: 1 });
    more = !dryRun && behind.length > 0 && found.differences.length >= MOST_DIFFERENCES;
  }
}
