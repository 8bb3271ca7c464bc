import { Refusal } from "../../domain/refusal.ts";
import { isProvince, linkedNodes } from "../../host/place.ts";
import { recoverOwn } from "../../registry/recovery/recover-own.ts";
import { firstOf, heard, recoverRecords } from "../../registry/recovery/recover-records.ts";
import { openReport, type Report } from "../../registry/recovery/report.ts";
import { comparedPeers } from "../../registry/recovery/watch.ts";
import type { AppRoom } from "./app-room.ts";
import { nodeApps } from "./node-apps.ts";

/** What a recovery of apps tells. */
export type AppReport = Report<"apps">;

/**
 * Brings the apps of this node forward from what peers keep of them: at the province from each node, elsewhere from the province. Nodes that are
 * away are told. Throws `PEER_AWAY` where nobody can be asked.
 */
export async function recoverApps(room: AppRoom, dryRun: boolean): Promise<AppReport> {
  const { config, signal } = room.runtime;
  const report = openReport(["apps"]);
  const peers = comparedPeers(config, "identity");
  if (!isProvince(config.node)) {
    const [province] = peers;
    const lists = province === undefined ? undefined : () => nodeApps(room, province);
    const asked = { name: "identity", chinese: "身份服务" };
    await recoverOwn(room, { lists, asked, part: "apps", dryRun, report });
    return report;
  }
  for (const { node } of linkedNodes(config)) {
    if (peers.includes(node)) continue;
    report.notice(`节点 ${node} 的身份服务未配置地址（peers[].services.identity），其应用账户未比对`);
  }
  const compared = await heard(peers, report, (node) =>
    firstOf(() => recoverRecords(room, node, { lists: nodeApps(room, node), part: "apps", dryRun, report }), signal),
  );
  if (compared.size === 0 && peers.length > 0) {
    throw new Refusal("PEER_AWAY", `none of the nodes ${peers.join(", ")} can be asked`);
  }
  return report;
}
