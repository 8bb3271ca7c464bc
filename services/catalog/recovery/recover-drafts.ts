import { toBinary } from "@bufbuild/protobuf";
import { type ItemDraft, ItemDraftSchema } from "../../../proto/gen/ecert/catalog/v1/item_draft_pb.ts";
import { RegistryRecoveryService } from "../../../proto/gen/ecert/catalog/v1/registry_recovery_service_pb.ts";
import { Refusal } from "../../domain/refusal.ts";
import { isProvince } from "../../host/place.ts";
import { openPeerLists } from "../../registry/recovery/peer-lists.ts";
import type { CatalogContext } from "../context.ts";
import { restoreDraft } from "../drafts/restore-draft.ts";
import { takeDraft } from "../drafts/take-draft.ts";
import type { CatalogReport } from "./parts.ts";
import { unlessOfBefore } from "./unless-of-before.ts";

/**
 * 4.3.4: brings drafts forward from what a peer has of them: at the province those that a city has handed on, elsewhere this node's own, as the province
 * keeps them. One that cannot be taken is told and stops no other. Throws `PEER_AWAY` where the peer cannot be asked.
 */
export async function recoverDrafts(
  context: CatalogContext,
  node: string,
  dryRun: boolean,
  report: CatalogReport,
): Promise<void> {
  const { runtime } = context;
  const recovery = runtime.client(RegistryRecoveryService, { peer: node });
  const { pages } = openPeerLists(runtime, node, runtime.signal);
  const isBack = (told: ItemDraft) =>
    isProvince(runtime.config.node)
      ? takeDraft(context, node, toBinary(ItemDraftSchema, told), { dryRun })
      : restoreDraft(context, told, dryRun);

  const listed = pages(async (page, options) => {
    const answer = await unlessOfBefore(recovery.listNodeDrafts(page, options));
    return { items: answer?.drafts ?? [], next: answer?.nextPageToken ?? "" };
  });
  for await (const page of listed) {
    for (const told of page) {
      report.add("drafts", { done: 1 });
      try {
        if (await isBack(told)) report.add("drafts", { restored: 1 });
      } catch (error) {
        if (!(error instanceof Refusal) || error.retryAfterMs !== undefined) throw error;
        report.add("drafts", { failed: 1 });
        report.notice(
          `目录草案 ${told.id}（节点 ${node} 保存）未能取回：${error.reason}：${error.message}；请由其部门核对后另行起草`,
        );
      }
    }
  }
}
