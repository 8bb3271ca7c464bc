import { Refusal } from "../../domain/refusal.ts";
import { linkedNodes } from "../../host/place.ts";
import { firstOf, heard, recoverRecords } from "../../registry/recovery/recover-records.ts";
import { comparedPeers } from "../../registry/recovery/watch.ts";
import type { RegisterContent } from "../../trust/register-content.ts";
import type { CatalogContext } from "../context.ts";
import { compareVersions } from "./compare-versions.ts";
import { delegationLists } from "./delegation-lists.ts";
import { openNodeLists } from "./node-lists.ts";
import type { CatalogReport } from "./parts.ts";
import { recoverDrafts } from "./recover-drafts.ts";
import { recoverLists } from "./recover-lists.ts";
import { listOfKeys, restoreKeys } from "./restore-node-keys.ts";
import { restoreOwner, restoreRights, restoreSuperiors } from "./restore-register.ts";
import { restoreVersion } from "./restore-version.ts";
import { ownRegister, type SaidBefore, saidBefore } from "./said-before.ts";

/**
 * Brings the catalog of the province forward from what its nodes have: whose departments are, first, by the newest register that it signed
 * itself, so that a node which squats gains nothing; then the nodes' records and delegations, the versions that it published, the nodes' drafts,
 * lists, what stands above bodies, rights, and nodes' keys. What is here and later stays. Nodes that are away are told. Throws `PEER_AWAY` where all are.
 */
export async function recoverProvince(context: CatalogContext, dryRun: boolean, report: CatalogReport): Promise<void> {
  const { runtime } = context;
  const peers = comparedPeers(runtime.config, "catalog");
  for (const { node } of linkedNodes(runtime.config)) {
    if (peers.includes(node)) continue;
    report.notice(`节点 ${node} 的目录服务未配置地址（peers[].services.catalog），其登记记录未比对`);
  }
  const register = async (node: string) =>
    ownRegister(context, await openNodeLists(context, node, runtime.signal).register());
  // A recovery is started as soon as the province is: its connections, to each service of a node, may not be there yet.
  const first = <T>(ask: () => Promise<T>) => firstOf(ask, runtime.signal);
  const registers = await heard(peers, report, (node) => first(() => register(node)));
  if (registers.size === 0 && peers.length > 0) {
    throw new Refusal("PEER_AWAY", `none of the nodes ${peers.join(", ")} can be asked`);
  }
  const newest = newestOf([...registers.values()]);
  const said = newest && (await saidBefore(context, newest));
  if (newest && said && !dryRun) for (const body of said.bodies) await restoreOwner(context, body, newest.builtAt);

  const counted = new Set<string>();
  await heard([...registers.keys()], report, async (node) => {
    const lists = openNodeLists(context, node, runtime.signal);
    await recoverRecords(context, node, { lists, part: "registry", dryRun, report });
    const granted = delegationLists(context.delegations, node);
    await recoverRecords(context.delegations, node, { lists: granted, part: "delegations", dryRun, report });
    const versions = await compareVersions(context, node, lists);
    report.add("catalog", { done: versions.listed, failed: versions.forks.length });
    for (const key of versions.forks)
      report.notice(`目录版本 ${key} 在节点 ${node} 内容不同，且两者都由本省级节点签名；请发布新版本`);
    for (const item of versions.lacks) {
      const key = `${item.code}/${item.version}`;
      // What several nodes have counts once, also where nothing is stored.
      if (counted.has(key) || !(dryRun || (await restoreVersion(context, item, report)))) continue;
      counted.add(key);
      report.add("catalog", { restored: 1 });
    }
  });

  await heard([...registers.keys()], report, (node) => recoverDrafts(context, node, dryRun, report));
  await recoverLists(context, [...registers.keys()], dryRun, report);
  if (newest && said) await restoreSaid(context, newest, said, dryRun, report);
  const lists = await heard([...registers.keys()], report, (node) => first(() => listOfKeys(context, node)));
  const keys = newestOf([...lists.values()]);
  if (keys) {
    const restored = await restoreKeys(context, keys, dryRun);
    report.add("register", { done: Object.keys(keys.nodes).length, restored });
  }
}

function newestOf<T extends { builtAt: string }>(signed: readonly (T | undefined)[]): T | undefined {
  const known = signed.filter((one) => one !== undefined);
  return known.sort((a, b) => (a.builtAt < b.builtAt ? 1 : -1))[0];
}

/** What the register says of rights, and of what stands above bodies. */
async function restoreSaid(
  context: CatalogContext,
  content: RegisterContent,
  said: SaidBefore,
  dryRun: boolean,
  report: CatalogReport,
): Promise<void> {
  const rights = [...said.rights, ...said.uncertain];
  report.add("register", { done: Object.keys(content.bodies).length, restored: said.bodies.length + rights.length });
  for (const notice of said.notices) report.notice(notice);
  for (const { key } of said.uncertain) report.notice(`发证权限 ${key} 取自旧版目录，是否及于下级单位不详；请核对`);
  if (dryRun) return;
  const restored = new Set(said.bodies.map(({ code }) => code));
  for (const code of await restoreSuperiors(context, content, restored)) {
    report.notice(`部门 ${code} 的上级按已签名的颁发机构目录恢复为省级指定；请核对`);
  }
  for (const right of rights) await restoreRights(context, right, content.builtAt);
}
