import { patiently } from "../../base/patiently.ts";
import type { CatalogContext } from "../context.ts";
import { contentDigest } from "../registry/registry-record.ts";
import { compareOwn, MOST_DIFFERENCES } from "./compare-own.ts";
import { openNodeLists } from "./node-lists.ts";
import { PATIENCE_MS, type Report } from "./report.ts";
import { restoreOwn } from "./restore-own.ts";
import { comparedPeers } from "./watch.ts";

/**
 * Brings the registry of a node forward from what the province keeps of it. What has other content under the same change stays as it is: a
 * person decides, and puts the record again. Published versions come from the province by themselves. Where the configuration names no address
 * of the province's catalog nothing is compared, which the report tells as lacking. Throws `PEER_AWAY` where the province cannot be asked,
 * and `DEADLINE_EXCEEDED` where it takes longer than an hour to list what it keeps.
 */
export async function recoverNode(context: CatalogContext, dryRun: boolean, report: Report): Promise<void> {
  const { runtime } = context;
  const [province] = comparedPeers(runtime.config);
  if (province === undefined) {
    report.lacks("省级节点的目录服务未配置地址（peers[].services.catalog），本节点的登记记录未比对");
    return;
  }
  for (let more = true; more; ) {
    const compared = () => compareOwn(context, openNodeLists(runtime, province, runtime.signal));
    // A recovery is started as soon as the node is: its connections may not be there yet.
    const found = await patiently(compared, PATIENCE_MS, runtime.signal);
    const behind = found.differences.filter(({ how }) => how === "behind");
    const forked = found.differences.filter(({ how }) => how === "forked");
    report.add("registry", { done: found.listed, failed: forked.length });
    for (const notice of found.notices) report.notice(notice);
    for (const { id, own, kept } of forked) {
      const [here, there] = [own ? contentDigest(own) : "", contentDigest(kept)];
      report.notice(
        `登记记录 ${id} 在变更 ${kept.changes} 下有两份内容：本节点 ${here}，省级节点 ${there}；请核对后重新登记该记录`,
      );
    }
    for (const one of behind) if (dryRun || (await restoreOwn(context, one))) report.add("registry", { restored: 1 });
    more = !dryRun && behind.length > 0 && found.differences.length >= MOST_DIFFERENCES;
  }
}
