import { ListService } from "../../../proto/gen/ecert/catalog/v1/list_service_pb.ts";
import { Refusal } from "../../domain/refusal.ts";
import { openPeerLists } from "../../registry/recovery/peer-lists.ts";
import { heard } from "../../registry/recovery/recover-records.ts";
import type { CatalogContext } from "../context.ts";
import { listId } from "../lists/stored.ts";
import { takeNewer } from "../lists/take-newer.ts";
import type { CatalogReport } from "./parts.ts";

/**
 * 4.3.2: brings obligatory lists forward from what peers have: other nodes' as they tell them, and this node's own, which at the province counts only
 * as it has signed it. What several nodes have counts once.
 */
export async function recoverLists(
  context: CatalogContext,
  nodes: readonly string[],
  dryRun: boolean,
  report: CatalogReport,
): Promise<void> {
  const { runtime } = context;
  const back = new Set<string>();
  /** Sentences of own lists that could not be taken from one node, by list: another may have it. */
  const failed = new Map<string, string>();

  await heard(nodes, report, async (peer) => {
    const lists = runtime.client(ListService, { peer });
    const { pages } = openPeerLists(runtime, peer, runtime.signal);
    const kept = pages(async (page, options) => {
      const { lists: items, nextPageToken: next } = await lists.listKeptLists(page, options);
      return { items, next };
    });
    for await (const page of kept) {
      for (const told of page) {
        const id = listId(told.node, told.division);
        report.add("lists", { done: 1 });
        try {
          if (await takeNewer(context, { lists, peer, told, dryRun })) back.add(id);
        } catch (error) {
          if (!(error instanceof Refusal) || error.retryAfterMs !== undefined) throw error;
          const what = `行政区划 ${told.division} 的应开通目录（变更 ${told.changes}，节点 ${peer} 保存）未能取回`;
          failed.set(id, `${what}：${error.reason}：${error.message}；请核对后重新设置（SetUpList）`);
        }
      }
    }
  });
  for (const id of back) failed.delete(id);
  report.add("lists", { restored: back.size, failed: failed.size });
  for (const sentence of failed.values()) report.notice(sentence);
}
