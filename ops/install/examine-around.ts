import { readFileSync } from "node:fs";
import type { CheckList } from "../../agent/commands/check.ts";
import { probeCore } from "../../agent/commands/core-probe.ts";
import { openNatsConnection } from "../../services/event/nats/nats-connection.ts";
import type { NodeConfig } from "../../services/host/config.ts";
import { connect } from "../../services/store/mongo/connection.ts";

/** Milliseconds for one answer from around. */
const WAIT_MS = 10_000;

/** Checks what a node is connected to: database, broker, peers with their clocks, and its own process, which may not run yet. */
export async function checkAround(list: CheckList, config: NodeConfig, now: () => Date): Promise<void> {
  await checkStore(list, config);
  for (const server of config.nats?.servers ?? []) await checkBroker(list, config, server);
  await checkPeers(list, config, now);
  await checkProcess(list, config);
}

async function checkStore(list: CheckList, { store }: NodeConfig): Promise<void> {
  const name = "数据库 database";
  if (store.engine === "sqlite") {
    list.add({ name, outcome: "ok", detail: "SQLite in the data directory" });
    return;
  }
  const remedy = "请启动 MongoDB（副本集）或更正连接串 · start it as a replica set, or correct the connection string";
  await list.attempt(name, remedy, async () => {
    const connection = await connect({ uri: readFileSync(store.uriFile, "utf8").trim(), database: store.database });
    await connection.close();
    return { outcome: "ok", detail: `MongoDB, ${store.database}_…` };
  });
}

async function checkBroker(list: CheckList, { node, nats }: NodeConfig, server: string): Promise<void> {
  if (!nats) return;
  const remedy =
    "请启动 nats-server，其配置由 ecert nats 生成 · start it with the configuration that ecert nats writes";
  await list.attempt(`消息服务 NATS ${server}`, remedy, async () => {
    const name = `doctor-${node.code}`;
    const connection = await openNatsConnection(server, { tls: nats.tls, name }, AbortSignal.timeout(WAIT_MS));
    try {
      // A leaf answers for itself alone. The hub says of a consumer that there is none; without a hub nobody answers.
      const hub =
        nats.domain === undefined ? "$JS.API.INFO" : `$JS.${nats.domain}.API.CONSUMER.INFO.DOWN_${node.code}.${name}`;
      const answered = await connection.request(hub, Buffer.alloc(0), WAIT_MS).catch(() => undefined);
      if (answered !== undefined)
        return { outcome: "ok", detail: "it takes this node's certificate, and the hub answers" };
      throw new Error(
        "中心服务器无应答 · it takes this node's certificate, but the province's hub does not answer through it",
      );
    } finally {
      connection.end();
    }
  });
}

async function checkPeers(list: CheckList, config: NodeConfig, now: () => Date): Promise<void> {
  const { peers, tls, clockSkewMs, sandbox } = config;
  if (sandbox) list.add({ name: "对方节点 peers", outcome: "ok", detail: "沙箱独立运行 · a sandbox stands alone" });
  else if (peers.length === 0) {
    const remedy = "互换名片 · exchange cards: ecert node card, ecert node join";
    list.add({ name: "对方节点 peers", outcome: "warn", detail: "none yet", remedy });
  }
  const remedy =
    "请确认对方已启动、网络可达、双方信任同一认证机构 · see that it runs, that the way is open, that both trust one authority";
  for (const { node, services } of peers) {
    for (const [service, place] of Object.entries(services)) {
      for (const address of place?.addresses ?? []) {
        await list.attempt(`对方节点 peer ${node} ${service} ${address}`, remedy, async () => {
          const aheadMs = (await probeCore({ node, tls }, address, now, service)) ?? 0;
          const detail = `reached; its clock differs by ${Math.round(aheadMs / 1_000) || 0} s`;
          // Its clock is told in whole seconds.
          const skewed = Math.abs(aheadMs) > clockSkewMs + 1_000;
          return { outcome: skewed ? "warn" : "ok", detail, remedy: "请校时 · set both clocks by NTP" };
        });
      }
    }
  }
}

async function checkProcess(list: CheckList, { listeners }: NodeConfig): Promise<void> {
  const address = listeners.admin?.address;
  if (address === undefined) return;
  const name = `进程 process ${address}`;
  const remedy = "npm start -- --config FILE";
  try {
    const answer = await fetch(`http://${address}/readyz`, { signal: AbortSignal.timeout(WAIT_MS) });
    const detail = (await answer.text()).trim().split("\n").slice(0, 5).join("; ");
    list.add({ name, outcome: answer.ok ? "ok" : "warn", detail, remedy: "see what /readyz names" });
  } catch {
    list.add({ name, outcome: "warn", detail: "未启动 · does not run", remedy });
  }
}
