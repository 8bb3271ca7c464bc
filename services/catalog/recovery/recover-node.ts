import { recoverOwn } from "../../registry/recovery/recover-own.ts";
import { comparedPeers } from "../../registry/recovery/watch.ts";
import type { CatalogContext } from "../context.ts";
import { delegationLists } from "./delegation-lists.ts";
import { openNodeLists } from "./node-lists.ts";
import type { CatalogReport } from "./parts.ts";
import { recoverDrafts } from "./recover-drafts.ts";
import { recoverLists } from "./recover-lists.ts";

/**
 * Brings the registry of a node forward from what the province keeps of it, then its delegations, drafts and lists, which are judged by it.
 * Published versions come from the province by themselves.
 */
export async function recoverNode(context: CatalogContext, dryRun: boolean, report: CatalogReport): Promise<void> {
  const { runtime, delegations } = context;
  const { config, signal } = runtime;
  const [province] = comparedPeers(config, "catalog");
  const lists = province === undefined ? undefined : () => openNodeLists(context, province, signal);
  const asked = { name: "catalog", chinese: "目录服务" };
  await recoverOwn(context, { lists, asked, part: "registry", dryRun, report });
  if (province === undefined) return;
  const kept = () => delegationLists(delegations, province);
  await recoverOwn(delegations, { lists: kept, asked, part: "delegations", dryRun, report });
  await recoverDrafts(context, province, dryRun, report);
  await recoverLists(context, [province], dryRun, report);
}
