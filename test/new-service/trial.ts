import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { DescMethodUnary, DescService } from "@bufbuild/protobuf";
import { createAuthority } from "../../ops/authority/authority.ts";
import { writeAuthorityFiles } from "../../ops/trial/authority-files.ts";
import { planBrokers } from "../../ops/trial/brokers.ts";
import { type Core, keep, planCore, writeCore } from "../../ops/trial/core.ts";
import { openOperator } from "../../ops/trial/operator.ts";
import { LINGHAI, PROVINCE } from "../../ops/trial/plan.ts";
import { startProgram } from "../../ops/trial/process.ts";
import { isReady, until } from "../../ops/trial/ready.ts";

// Run in the copy of the tree that has the new service: `trial.ts DIRECTORY`. Starts a province and a city as the trial plans them, tells a word
// at the city, waits until the province knows it, and prints what both have.

type Probe = { tellWord(request: { word: string }): Promise<{ words: string[] }> };

const directory = process.argv[2] ?? "";
const contract = "../../proto/gen/ecert/probe/v1/probe_service_pb.ts";
const { ProbeService } = (await import(contract)) as {
  ProbeService: DescService & { method: { tellWord: DescMethodUnary } };
};

await using started = new AsyncDisposableStack();
mkdirSync(join(directory, "logs"), { recursive: true });
const authority = createAuthority(join(directory, "authority"));
const { files } = writeAuthorityFiles(join(directory, "authority"), authority);
const cores = await Promise.all([PROVINCE, LINGHAI].map((node) => planCore(node, directory, "one", authority)));
const [province, city] = cores as [Core, Core];
writeCore(province, [city], authority, files, { engine: "sqlite" });
writeCore(city, [province], authority, files, { engine: "sqlite" });
for (const start of (await planBrokers(directory, province, [city], files.root)).values()) {
  const broker = await start();
  started.defer(() => broker.stop());
}
for (const { node, processes } of cores)
  for (const { name, configFile, admin } of processes) {
    const running = await startProgram({
      name: `${node.code}-${name}`,
      script: "services/main.ts",
      args: ["--config", configFile],
      logDirectory: join(directory, "logs"),
      ready: () => isReady(admin),
    });
    started.defer(() => running.stop());
  }

const [atProvince, atCity] = cores.map((core) => {
  const pair = authority.issueTls({ node: core.node.code, kind: "operator", name: "admin" });
  const operator = openOperator({ ...keep(core.directory, "operator", pair), caFile: files.root });
  started.defer(() => operator.close());
  const [address = ""] = (core.mesh as Record<string, string[]>).probe ?? [];
  return operator.client(ProbeService, address) as unknown as Probe;
}) as [Probe, Probe];
const told = await atCity.tellWord({ word: "照" });
let known: string[] = [];
await until("the word reached the province", async () => {
  known = (await atProvince.tellWord({ word: "" })).words;
  return known.length > 0;
});
process.stdout.write(
  `${JSON.stringify({ services: city.processes[0]?.services, city: told.words, province: known })}\n`,
);
