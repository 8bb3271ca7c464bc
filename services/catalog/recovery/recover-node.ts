import { recoverOwn } from "../../registry/recovery/recover-own.ts";
import { comparedPeers } from "../../registry/recovery/watch.ts";
import type { CatalogContext } from "../context.ts";
import { openNodeLists } from "./node-lists.ts";
import type { CatalogReport } from "./parts.ts";

/** Brings the registry of a node forward from what the province keeps of it. Published versions come from the province by themselves. */
export async function recoverNode(context: CatalogContext, dryRun: boolean, report: CatalogReport): Promise<void> {
  const { config, signal } = context.runtime;
  const [province] = comparedPeers(config, "catalog");
  const lists = province === undefined ? undefined : () => openNodeLists(context, province, signal);
  const asked = { name: "catalog", chinese: "目录服务" };
  await recoverOwn(context, { lists, asked, part: "registry", dryRun, report });
}
