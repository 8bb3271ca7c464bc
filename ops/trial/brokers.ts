import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { hubConfig, leafConfig } from "../nats/config.ts";
import { type NatsServer, startNatsServer } from "../nats/server.ts";
import { type Core, natsFiles } from "./core.ts";
import { freePorts } from "./ports.ts";

/** Plans the brokers of a province: a hub beside the province's core, a leaf beside each other one. By node, how to start it. */
export async function planBrokers(
  directory: string,
  province: Core,
  lower: readonly Core[],
  caFile: string,
): Promise<Map<string, () => Promise<NatsServer>>> {
  const [leafPort] = await freePorts(1);
  const leafListen = `127.0.0.1:${leafPort}`;
  const home = join(directory, "nats");
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const start = (core: Core, config: string) => () =>
    startNatsServer({ config, directory: home, name: `nats-${core.node.code}`, listen: core.natsListen });
  const hub = hubConfig({
    province: province.node.code,
    nodes: lower.map((core) => core.node.code),
    listen: province.natsListen,
    leafListen,
    storeDirectory: join(home, "streams"),
    tls: { ...natsFiles(province), caFile },
  });
  const starts = new Map([[province.node.code, start(province, hub)]]);
  for (const core of lower) {
    const tls = { ...natsFiles(core), caFile };
    const leaf = leafConfig({ node: core.node.code, listen: core.natsListen, hub: leafListen, tls });
    starts.set(core.node.code, start(core, leaf));
  }
  return starts;
}
