import { patiently } from "../../base/patiently.ts";
import { Refusal } from "../../domain/refusal.ts";
import { linkedNodes } from "../../host/place.ts";
import type { RegisterContent } from "../../trust/register-content.ts";
import type { CatalogContext } from "../context.ts";
import { compareRecords } from "./compare-records.ts";
import { compareVersions } from "./compare-versions.ts";
import { openNodeLists } from "./node-lists.ts";
import { PATIENCE_MS, type Report } from "./report.ts";
import { listOfKeys, restoreKeys } from "./restore-node-keys.ts";
import { restoreOwner, restoreRights, restoreSuperiors } from "./restore-register.ts";
import { restoreVersion } from "./restore-version.ts";
import { ownRegister, type SaidBefore, saidBefore } from "./said-before.ts";
import { comparedPeers } from "./watch.ts";

/**
 * Brings the catalog of the province forward from what its nodes have: whose departments are, first, by the newest register that it signed
 * itself, so that a node which squats gains nothing; then the nodes' records, the versions that it published, what stands above bodies, rights,
 * and nodes' keys. What is here and later stays. Nodes that are away are told. Throws `PEER_AWAY` where all are.
 */
export async function recoverProvince(context: CatalogContext, dryRun: boolean, report: Report): Promise<void> {
  const { runtime } = context;
  const peers = comparedPeers(runtime.config);
  for (const { node } of linkedNodes(runtime.config)) {
    if (peers.includes(node)) continue;
    report.notice(`节点 ${node} 的目录服务未配置地址（peers[].services.catalog），其登记记录未比对`);
  }
  const register = async (node: string) =>
    ownRegister(context, await openNodeLists(runtime, node, runtime.signal).register());
  // A recovery is started as soon as the province is: its connections, to each service of a node, may not be there yet.
  const first = <T>(ask: () => Promise<T>) => patiently(ask, PATIENCE_MS, runtime.signal);
  const registers = await heard(peers, report, (node) => first(() => register(node)));
  if (registers.size === 0 && peers.length > 0) {
    throw new Refusal("PEER_AWAY", `none of the nodes ${peers.join(", ")} can be asked`);
  }
  const newest = newestOf([...registers.values()]);
  const said = newest && (await saidBefore(context, newest));
  if (newest && said && !dryRun) for (const body of said.bodies) await restoreOwner(context, body, newest.builtAt);

  const counted = new Set<string>();
  await heard([...registers.keys()], report, async (node) => {
    const lists = openNodeLists(runtime, node, runtime.signal);
    const { ahead, forks, ...records } = await compareRecords(context, node, lists, dryRun);
    report.add("registry", { done: records.listed, restored: records.restored, failed: records.failed });
    if (forks > 0)
      report.notice(
        `节点 ${node} 有 ${forks} 条登记记录与本节点同一变更号下内容不同，已隔离；请用 ecert set-aside list 查看`,
      );
    if (ahead.length > 0)
      report.notice(
        `节点 ${node} 自身是较旧的副本：本节点保存其 ${ahead.length} 条更新的登记记录；请在该节点运行 ecert recover`,
      );
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
  report: Report,
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

/** Asks nodes one after the other; one that is away or at fault keeps no other from being heard, and is told. */
async function heard<T>(
  nodes: readonly string[],
  report: Report,
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
