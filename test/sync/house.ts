import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Authority, createAuthority } from "../../ops/authority/authority.ts";
import { hubConfig, LEAF_DOMAIN, leafConfig } from "../../ops/nats/config.ts";
import { type NatsServer, startNatsServer } from "../../ops/nats/server.ts";
import { type Operator, openOperator } from "../../ops/trial/operator.ts";
import { freePorts } from "../../ops/trial/ports.ts";
import { type Running, startProgram } from "../../ops/trial/process.ts";
import { type TakeUseRequest, UseNoticeService } from "../../proto/gen/ecert/usage/v1/use_notice_service_pb.ts";
import { mount } from "../../services/call/chain/service.ts";
import type { EventLink } from "../../services/event/event-link.ts";
import { openNatsLink } from "../../services/event/nats/nats-link.ts";
import type { NodeConfig, ServiceName, TlsFiles } from "../../services/host/config.ts";
import { DEFAULT_LIMITS } from "../../services/host/limits.ts";
import { type RunningNode, startNode } from "../../services/node/node.ts";
import type { Runtime, ServiceModule } from "../../services/node/runtime.ts";
import { DEFAULT_SYNC_OPTIONS, type SyncOptions } from "../../services/sync/options.ts";
import { createDepartment, type Department } from "../trust/department.ts";
import { LOAD } from "./records.ts";
import { type StubCatalog, stubCatalog } from "./stub-catalog.ts";
import { type StubIssue, stubIssue } from "./stub-issue.ts";

/** The province of these tests. */
export const PROVINCE = "440000";

/** Times that let tests end soon: what was lost is sent again after a second. */
export const QUICK: SyncOptions = {
  ...DEFAULT_SYNC_OPTIONS,
  repeatMs: 1_000,
  repeatMaxMs: 2_000,
  lookAgainMs: 100,
  breakMs: 1_000,
  compareEveryMs: 0,
  standingEveryMs: 2_000,
  standingPatienceMs: 1_000,
};

/** A broker that can be killed and started again with the same files. */
export interface Broker {
  server: NatsServer;
  restart(): Promise<void>;
}

/** A node of the house: its broker, its sync service as a process, a stand-in for its issue service in this process. */
export interface HouseNode {
  code: string;
  config: NodeConfig;
  sync: Running;
  issue: StubIssue;
  /** Runtime of a usage service of the node, for its clients. */
  usage: Runtime;
  /** Uses at other nodes that this one's holders are told of. */
  uses: readonly TakeUseRequest[];
  /** Address of the sync service, and of its metrics. */
  address: string;
  admin: string;
  operator: Operator;
}

/** A province and cities with real brokers over TLS. The department of these tests issues its items at the first city. */
export interface House {
  directory: string;
  authority: Authority;
  department: Department;
  /** Stand-in for the catalog of the province. */
  catalog: StubCatalog;
  hub: Broker;
  /** Removes what the hub kept while it is not running. */
  hubStore: string;
  leaves: Map<string, Broker>;
  nodes: Map<string, HouseNode>;
  node(code: string): HouseNode;
  /** An event link with a node's own identity, for a test that plays the node's part. */
  link(code: string): EventLink;
  /** Private node key of a node, to sign what a test makes up. */
  key(code: string): KeyObject;
  close(): Promise<void>;
}

/** Starts a house. Nodes in `without` get a broker but no services: the test plays their part. `prepare` has the catalog before any node starts. */
export async function openHouse(
  cities: readonly string[],
  without: readonly string[] = [],
  prepare: (catalog: StubCatalog) => void = () => {},
): Promise<House> {
  const directory = mkdtempSync(join(tmpdir(), "ecert-sync-"));
  await using opening = new AsyncDisposableStack();
  opening.defer(() => rmSync(directory, { recursive: true, force: true }));
  // Ten days old, so that certificates of several days of issue can be made.
  const now = () => new Date(Date.now() - 10 * 86_400_000);
  const authority = createAuthority(join(directory, "authority"), { now });
  const department = await createDepartment(authority, "P-256");
  const write = (name: string, text: string) => {
    const path = join(directory, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  const caFile = write("ca.pem", authority.certificates.root);
  const keys = new Map<string, KeyObject>();
  const codes = [PROVINCE, ...cities];

  const certify = (node: string, kind: "service" | "operator", name: string, also: string[] = []): TlsFiles => {
    const { certPem, keyPem } = authority.issueTls({ node, kind, name, also });
    return {
      certificateFile: write(`${node}-${name}.pem`, certPem),
      privateKeyFile: write(`${node}-${name}.key`, keyPem),
    };
  };
  for (const code of codes) {
    const { privateKey, publicKey } = generateKeyPairSync("ed25519");
    keys.set(code, privateKey);
    write(`${code}-node.key`, privateKey.export({ type: "pkcs8", format: "pem" }) as string);
    write(`${code}-node.pub`, publicKey.export({ type: "spki", format: "pem" }) as string);
  }
  const ports = await freePorts(1 + codes.length * 3);
  const listen = () => `127.0.0.1:${ports.pop()}`;
  const leafListen = listen();
  const brokerListen = new Map(codes.map((code) => [code, listen()]));
  const meshListen = new Map(codes.map((code) => [code, { sync: listen(), issue: listen() }]));

  const hubStore = join(directory, "streams");
  const hub = await openBroker("hub", PROVINCE, (tls) =>
    hubConfig({
      province: PROVINCE,
      nodes: cities,
      listen: brokerListen.get(PROVINCE) as string,
      leafListen,
      storeDirectory: hubStore,
      tls,
    }),
  );
  const leaves = new Map<string, Broker>();
  for (const node of cities) {
    const own = brokerListen.get(node) as string;
    leaves.set(
      node,
      await openBroker(`leaf-${node}`, node, (tls) => leafConfig({ node, listen: own, hub: leafListen, tls })),
    );
  }
  const node = cities[0] ?? PROVINCE;
  const catalog = stubCatalog({
    bodies: [{ code: LOAD.issuer, node }],
    rights: LOAD.itemCodes.map((itemCode) => ({
      ...{ departmentCode: LOAD.issuer, itemCode, typeCode: LOAD.typeCode, node, since: "2020-01-01" },
    })),
  });
  prepare(catalog);
  const nodes = new Map<string, HouseNode>();
  for (const code of codes) if (!without.includes(code)) nodes.set(code, await openNode(code));
  const opened = opening.move();

  return {
    directory,
    authority,
    department,
    catalog,
    hub,
    hubStore,
    leaves,
    nodes,
    node: (code) => nodes.get(code) as HouseNode,
    key: (code) => keys.get(code) as KeyObject,
    link: (code) => openLink(code),
    close: () => opened.disposeAsync(),
  };

  async function openBroker(name: string, node: string, config: (tls: TlsFiles & { caFile: string }) => string) {
    const text = config({ ...certify(node, "service", "nats"), caFile });
    const at = brokerListen.get(node) as string;
    const start = () => startNatsServer({ config: text, directory, name, listen: at });
    const broker: Broker = {
      server: await start(),
      async restart() {
        await broker.server.kill();
        broker.server = await start();
      },
    };
    opening.defer(() => broker.server.kill());
    return broker;
  }

  function identity(code: string) {
    return {
      servers: [brokerListen.get(code) as string],
      ...(code !== PROVINCE && { domain: LEAF_DOMAIN }),
    };
  }

  function openLink(code: string): EventLink {
    const tls = { ...certify(code, "service", "sync"), caFile };
    const nothing = () => {};
    const log = { debug: nothing, info: nothing, warn: nothing, error: nothing };
    return openNatsLink({ ...identity(code), tls, name: `test-${code}`, log });
  }

  function configOf(code: string, service: "sync" | "issue"): NodeConfig {
    const role = code === PROVINCE ? "province" : "city";
    const atProvince = role === "province";
    const hosted: ServiceName[] = atProvince ? ["issue", "usage", "catalog"] : ["issue", "usage"];
    const services: ServiceName[] = service === "sync" ? ["sync"] : hosted;
    const tls = { ...certify(code, "service", services[0] as string, services.slice(1)), caFile };
    const { sync, issue } = meshListen.get(code) as { sync: string; issue: string };
    return {
      node: { role, code, name: code },
      replica: "a",
      services,
      dataDirectory: join(directory, `${code}-${service}`),
      store: { engine: "sqlite" },
      listeners: { mesh: { address: service === "sync" ? sync : issue } },
      tls,
      mesh:
        service === "sync"
          ? Object.fromEntries(hosted.map((one) => [one, { addresses: [issue] }]))
          : { sync: { addresses: [sync] } },
      tokens: { publicKeyFile: join(directory, `${code}-node.pub`), lifetimeSeconds: 600 },
      nodeKey: {
        publicKeyFile: join(directory, `${code}-node.pub`),
        privateKeyFile: join(directory, `${code}-node.key`),
      },
      peers: codes
        .filter((peer) => peer !== code)
        .map((peer) => ({
          node: peer,
          name: peer,
          role: peer === PROVINCE ? "province" : "city",
          publicKeyFile: join(directory, `${peer}-node.pub`),
          services: { sync: { addresses: [meshListen.get(peer)?.sync as string] } },
        })),
      signers: { anchorFiles: [caFile] },
      ...(service === "sync" && { nats: { ...identity(code), tls } }),
      limits: { ...DEFAULT_LIMITS, streams: 100 },
      clockSkewMs: 1_000,
      clockToleranceMs: 30_000,
      log: { level: "info" },
    };
  }

  async function openNode(code: string): Promise<HouseNode> {
    const issue = stubIssue();
    const { module: usage, runtime, uses } = probe();
    const hosted: RunningNode = await startNode(
      { ...configOf(code, "issue"), log: { level: "silent" } },
      [issue.module, usage, ...(code === PROVINCE ? [catalog.module] : [])],
      {
        drainMs: 500,
      },
    );
    opening.defer(() => hosted.stop());
    const config = configOf(code, "sync");
    mkdirSync(config.dataDirectory, { recursive: true });
    const address = config.listeners.mesh?.address as string;
    const operator = openOperator({ ...certify(code, "operator", "test"), caFile });
    opening.defer(() => operator.close());
    const admin = `127.0.0.1:${ports.pop() ?? (await freePorts(1))[0]}`;
    const sync = await startProgram({
      name: `sync-${code}`,
      script: "test/sync/sync-process.ts",
      args: [
        write(
          `${code}-sync.json`,
          JSON.stringify({ ...config, listeners: { ...config.listeners, admin: { address: admin } } }),
        ),
        write("options.json", JSON.stringify(QUICK)),
      ],
      logDirectory: directory,
      ready: async () => (await fetch(`http://${admin}/readyz`)).ok,
    });
    opening.defer(() => sync.kill());
    return { code, config, sync, issue, usage: runtime(), uses, address, admin, operator };
  }
}

/** A usage service that hears of uses at other nodes, and lends its clients. */
function probe() {
  const uses: TakeUseRequest[] = [];
  let given: Runtime | undefined;
  const module: ServiceModule = {
    name: "usage",
    async start(runtime) {
      given = runtime;
      const takeUse = async (use: TakeUseRequest) => {
        uses.push(use);
        return {};
      };
      return { services: [mount(UseNoticeService, { takeUse })], ready: async () => {}, stop: async () => {} };
    },
  };
  return { module, runtime: () => given as Runtime, uses };
}

/** The end of a log, for a test that fails. */
export function tail(file: string): string {
  return readFileSync(file, "utf8").trim().split("\n").slice(-20).join("\n");
}
