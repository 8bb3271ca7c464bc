import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { CatalogService } from "../../proto/gen/ecert/catalog/v1/catalog_service_pb.ts";
import { type Authority, createAuthority } from "../authority/authority.ts";
import type { NatsServer } from "../nats/server.ts";
import { type AgentFiles, agentProgram, provisionAgent } from "./agents.ts";
import { type TrialFiles, writeAuthorityFiles } from "./authority-files.ts";
import { planBrokers } from "./brokers.ts";
import { readCatalogFiles } from "./catalog-files.ts";
import { allowConsole, consoleKey, seedConsole } from "./console.ts";
import { type Core, type CoreProcess, keep, planCore, type TrialStore, writeCore } from "./core.ts";
import { type Operator, openOperator } from "./operator.ts";
import { ON_SCREEN } from "./people.ts";
import { EDITION, ISSUERS, type Layout, LINGHAI, NATIONAL_ISSUER, NODES, PENGWAN, PROVINCE, USER } from "./plan.ts";
import { planPortal, type TrialPortal } from "./portal.ts";
import { type Program, type Running, startProgram } from "./process.ts";
import { isReady, until } from "./ready.ts";
import { sandboxKey } from "./sandbox-key.ts";
import { seedCatalog, seedDesignations, seedIssuer, seedOwners, seedRights, seedUser } from "./seed.ts";
import { type Member, seedStaff } from "./seed-staff.ts";
import { SERVING } from "./serving.ts";
import { minePage } from "./staff.ts";
import { planTimeStamps, type TrialStamps } from "./time-stamps.ts";

/** What a trial is made of. */
export interface TrialOptions {
  /** Everything is written below this folder. */
  directory: string;
  layout: Layout;
  /** Nodes that have another layout, by their code. */
  layouts?: Readonly<Record<string, Layout>>;
  store: TrialStore;
  /** Adds the department that signs with SM2 under an electronic seal ({@link NATIONAL_ISSUER}). */
  national?: boolean;
  /** Starts a time stamp authority, which every signature must be stamped by. */
  timeStamps?: boolean;
  /** Leaves catalog, registry and rights empty, and its `secrets`. */
  unfed?: boolean;
  /** Starts a stand-in for the government portal, where holders sign in. */
  portal?: boolean;
  /** Opens accounts of people who work at 岭海 (`people.ts`), and lets them make, issue and use a kind of certificate on screen. */
  staff?: boolean;
  /** The screens, built (`ops/screens`), which every node has then. */
  screens?: string;
  /** Told of each step, for narration. */
  onStep?: (step: TrialStep, detail: string) => void;
  /** Changes what a core's or agent's process runs, for tests that end it between two steps. */
  program?: (shipped: Program) => Program;
}

/** Steps of the start, in order. */
export type TrialStep =
  | "authority"
  | "time-stamps"
  | "portal"
  | "device"
  | "broker"
  | "core"
  | "agent"
  | "catalog"
  | "registry"
  | "rights"
  | "staff";

/** A running province: real processes on loopback. */
export interface Trial {
  readonly directory: string;
  readonly cores: { province: Core; linghai: Core; pengwan: Core; edition: Core };
  /** By `<node>/<process>`, for example `440100/core` or `440100/issue-a`. */
  readonly programs: Map<string, Running>;
  /** By name of the agent. */
  readonly agents: Map<string, { files: AgentFiles; running: Running }>;
  /** By node. */
  readonly brokers: Map<string, NatsServer>;
  /** Starts a node's broker again after it was ended. */
  restartBroker(node: string): Promise<void>;
  /** By node: calls services as the node's operator. */
  readonly operators: Map<string, Operator>;
  /** AppKey → secret. */
  readonly secrets: Map<string, string>;
  readonly files: TrialFiles;
  /** The authority of every certificate of the trial. What it revokes counts once {@link publishLists} was called. */
  readonly authority: Authority;
  /** Writes the revocation lists anew, where every node reads them. */
  publishLists(): void;
  /** Where the trial has one. */
  readonly timeStamps?: TrialStamps;
  /** Where the trial has one. */
  readonly portal?: TrialPortal;
  /** Where the screens were built that its nodes serve. */
  readonly screens?: string;
  /** Who works at 岭海, with their certificate keys; nobody where the trial has no staff. */
  readonly staff: readonly Member[];
  /** Revokes a department's signing certificate and publishes the list. */
  revokeSigner(agent: string): void;
  stop(): Promise<void>;
}

/** The sandbox of 岭海, as its node knows it: by its public key. */
function trustedSandbox(directory: string) {
  const { node, publicKeyFile } = sandboxKey(directory, LINGHAI);
  return { node, publicKeyFile };
}

/** Starts the trial province and fills its catalog and registry. Stops what it started if a step fails. */
export async function startTrial(options: TrialOptions): Promise<Trial> {
  const { directory, layout, store, national = false, onStep = () => {}, program = (shipped) => shipped } = options;
  const issuers = national ? [...ISSUERS, NATIONAL_ISSUER] : ISSUERS;
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const logs = join(directory, "logs");
  mkdirSync(logs, { recursive: true });
  const started: Started = { agents: [], cores: [], others: [] };
  try {
    onStep("authority", "");
    const authority = createAuthority(join(directory, "authority"), { national });
    const { files, writeLists } = writeAuthorityFiles(join(directory, "authority"), authority);

    const planned = await Promise.all(
      NODES.map((node) => planCore(node, directory, options.layouts?.[node.code] ?? layout, authority)),
    );
    const [province, linghai, pengwan, edition] = planned as [Core, Core, Core, Core];
    const lower = [linghai, pengwan, edition];
    if (options.timeStamps) onStep("time-stamps", "");
    const timeStamps = options.timeStamps ? await planTimeStamps(directory, logs) : undefined;
    if (timeStamps) started.others.push(await startProgram(timeStamps.program));
    if (options.portal) onStep("portal", "");
    const portal = options.portal
      ? await planPortal(directory, logs, authority, files.root, planned.map(minePage))
      : undefined;
    if (portal) started.others.push(await startProgram(portal.program));
    const outside = { stamps: timeStamps?.stamps, portal: portal?.portal, screens: options.screens };
    writeCore(province, lower, authority, files, store, outside);
    const consoleKeyFile = options.staff ? consoleKey(directory, ON_SCREEN.node).privateKeyFile : undefined;
    const sandbox = options.staff ? trustedSandbox(directory) : undefined;
    for (const core of lower) {
      const work = core.node === ON_SCREEN.node ? { consoleKeyFile, sandbox } : {};
      writeCore(core, [province], authority, files, store, { ...outside, ...work });
    }

    const agents = new Map<string, { files: AgentFiles; running: Running }>();
    const provisioned: AgentFiles[] = [];
    for (const department of issuers) {
      onStep("device", department.name + (department.algorithm === "sm2" ? "（SM2，试验用密钥文件 key file）" : ""));
      const core = planned.find((one) => one.node === department.node) as Core;
      const agent = await provisionAgent(directory, department, core, province, authority, files);
      if (options.staff && department === ON_SCREEN) allowConsole(agent, department, directory, readCatalogFiles());
      provisioned.push(agent);
    }

    const brokers = new Map<string, NatsServer>();
    const brokerStarts = await planBrokers(directory, province, lower, files.root);
    const startBroker = async (node: string) => {
      brokers.set(node, await (brokerStarts.get(node) as () => Promise<NatsServer>)());
    };
    for (const { node } of planned) {
      onStep("broker", node.name);
      await startBroker(node.code);
    }
    started.others.push({
      stop: async () => void (await Promise.all([...brokers.values()].map((broker) => broker.stop()))),
    });

    const programs = new Map<string, Running>();
    for (const core of planned) {
      onStep("core", core.node.name);
      // Those that have come up are stopped with the rest, also where another one of them has not.
      const starting = core.processes.map(async (process) => {
        const running = await startProgram(program(coreProgram(core, process, logs)));
        started.cores.push(running);
        return running;
      });
      await Promise.allSettled(starting);
      const running = await Promise.all(starting);
      core.processes.forEach((process, index) => {
        programs.set(`${core.node.code}/${process.name}`, running[index] as Running);
      });
    }

    const operators = new Map<string, Operator>();
    for (const { node } of planned) {
      const pair = authority.issueTls({ node: node.code, kind: "operator", name: "admin" });
      const tls = keep(join(directory, node.code), "operator", pair);
      const operator = openOperator({ ...tls, caFile: files.root });
      operators.set(node.code, operator);
      started.others.push({ stop: async () => operator.close() });
    }
    const operatorOf = (node: { code: string }) => operators.get(node.code) as Operator;

    const secrets = new Map<string, string>();
    const staff: Member[] = [];
    if (!options.unfed) await fed();

    for (const agent of provisioned) {
      onStep("agent", agent.name);
      const running = await startProgram(program(agentProgram(agent, logs)));
      started.agents.push(running);
      agents.set(agent.name, { files: agent, running });
    }
    async function fed(): Promise<void> {
      onStep("catalog", "");
      const items = readCatalogFiles();
      await seedCatalog(province, operatorOf(PROVINCE), items);
      for (const core of lower) await catalogArrived(core, operatorOf(core.node), items.length);

      onStep("registry", "");
      for (const [index, department] of issuers.entries()) {
        const core = department.node === EDITION ? edition : linghai;
        const sealFiles = provisioned[index] as AgentFiles;
        const [above, own] = [[province, operatorOf(PROVINCE)] as const, [core, operatorOf(core.node)] as const];
        if (core === edition) await seedDesignations(above, own, department, items);
        const secret = await seedIssuer(core, operatorOf(department.node), department, sealFiles, items);
        secrets.set(department.appKey, secret);
      }
      secrets.set(USER.appKey, await seedUser(pengwan, operatorOf(PENGWAN), USER, items));

      onStep("rights", "");
      await seedOwners(province, operatorOf(PROVINCE), [...issuers, USER]);
      await seedRights(province, operatorOf(PROVINCE), issuers, items);

      if (!options.staff) return;
      onStep("staff", "");
      await seedConsole(linghai, operatorOf(LINGHAI), ON_SCREEN, items);
      const people = await seedStaff(linghai, operatorOf(LINGHAI), authority, { directory, caFile: files.root });
      staff.push(...people);
    }

    return {
      directory,
      cores: { province, linghai, pengwan, edition },
      programs,
      agents,
      brokers,
      restartBroker: startBroker,
      operators,
      secrets,
      staff,
      files,
      authority,
      publishLists: writeLists,
      ...(timeStamps && { timeStamps: timeStamps.stamps }),
      ...(portal && { portal: portal.portal }),
      ...(options.screens !== undefined && { screens: options.screens }),
      revokeSigner(agent) {
        const { serial } = (agents.get(agent) as { files: AgentFiles }).files;
        authority.revoke(serial, "keyCompromise");
        writeLists();
      },
      stop: () => stopAll(started),
    };
  } catch (error) {
    await stopAll(started);
    throw error;
  }
}

/** What runs, in the order of its start. */
type Started = Record<"agents" | "cores" | "others", { stop(): Promise<void> }[]>;

/** Agents first, brokers last: what others need goes after them. */
async function stopAll({ agents, cores, others }: Started): Promise<void> {
  for (const alike of [agents, cores]) await Promise.all(alike.map((one) => one.stop()));
  for (const one of others.reverse()) await one.stop();
}

function coreProgram(core: Core, process: CoreProcess, logDirectory: string): Program {
  return {
    name: `${core.node.code}-${process.name}`,
    script: "services/main.ts",
    args: ["--config", process.configFile],
    ...SERVING,
    logDirectory,
    ready: () => isReady(process.admin),
  };
}

async function catalogArrived(core: Core, operator: Operator, count: number): Promise<void> {
  const catalog = operator.client(CatalogService, core.mesh.catalog?.[0] ?? "");
  await until(`the catalog reached ${core.node.name}`, async () => {
    const { items } = await catalog.listCatalogItems({ pageSize: 200 });
    return items.length === count;
  });
}
