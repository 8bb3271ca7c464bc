import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { NodeConfig, ServiceName, TlsFiles } from "../../services/host/config.ts";
import { DEFAULT_LIMITS } from "../../services/host/limits.ts";
import { CALLED_ACROSS } from "../../services/host/services.ts";
import type { Authority } from "../authority/authority.ts";
import { LEAF_DOMAIN } from "../nats/config.ts";
import { judgedBy, type TrialFiles } from "./authority-files.ts";
import { type Layout, processesOf, type TrialNode, type TrialProcess } from "./plan.ts";
import type { TrialPortal } from "./portal.ts";
import { freePorts } from "./ports.ts";
import { hostOf, staffConfig } from "./staff.ts";
import { stampedBy, type TrialStamps } from "./time-stamps.ts";

/** Where a process of a core listens. */
export interface CoreProcess extends TrialProcess {
  name: string;
  configFile: string;
  mesh: string;
  public: string;
  connect: string;
  /** Where staff show their certificates, beside the identity service alone. */
  signIn: string;
  admin: string;
}

/** A core as it was written to disk. */
export interface Core {
  node: TrialNode;
  directory: string;
  processes: CoreProcess[];
  /** Mesh addresses by service, for agents and peers. */
  mesh: Partial<Record<ServiceName, string[]>>;
  /** Public gRPC addresses (`https://…`) by service, for department systems. */
  public: Partial<Record<ServiceName, string[]>>;
  /** Connect addresses (`https://…`) by service, for browsers and curl. */
  connect: Partial<Record<ServiceName, string[]>>;
  natsListen: string;
  publicKeyFile: string;
}

/** Where the documents of a core are kept. */
export type TrialStore = { engine: "sqlite" } | { engine: "mongodb"; uri: string; prefix: string };

/** Chooses addresses and makes the keys of a core; its configuration needs those of its peers and is written afterwards. */
export async function planCore(node: TrialNode, root: string, layout: Layout, authority: Authority): Promise<Core> {
  const directory = join(root, node.code);
  mkdirSync(join(directory, "keys"), { recursive: true, mode: 0o700 });
  const planned = processesOf(node, layout);
  const ports = await freePorts(planned.length * 5 + 1);
  const address = () => `127.0.0.1:${ports.pop()}`;
  const processes = planned.map((process) => {
    const name = layout === "one" ? "core" : `${process.services[0]}-${process.replica}`;
    const configFile = join(directory, `${name}.json`);
    const listeners = { mesh: address(), public: address(), connect: address(), signIn: address(), admin: address() };
    return { ...process, name, configFile, ...listeners };
  });
  const addresses = (listener: "mesh" | "public" | "connect", scheme = "") => {
    const found: Partial<Record<ServiceName, string[]>> = {};
    for (const process of processes) {
      for (const service of process.services) found[service] = [...(found[service] ?? []), scheme + process[listener]];
    }
    return found;
  };
  const nodeKey = authority.issueTls({ node: node.code, kind: "node", name: "events", key: "ed25519", days: 365 });
  const tokenKey = authority.issueTls({ node: node.code, kind: "node", name: "tokens", key: "ed25519", days: 365 });
  keep(directory, "node-key", nodeKey);
  keep(directory, "token-key", tokenKey);
  return {
    node,
    directory,
    processes,
    mesh: addresses("mesh"),
    public: addresses("public", "https://"),
    connect: addresses("connect", "https://"),
    natsListen: address(),
    publicKeyFile: join(directory, "keys", "node-key.pem"),
  };
}

/** What a core knows beside the nodes: services that are none of the platform's, and a key for work on screen. */
export interface OutsideServices {
  stamps?: TrialStamps | undefined;
  portal?: TrialPortal | undefined;
  /** Private key by which the node signs what is ordered on screen. */
  consoleKeyFile?: string | undefined;
  /** The sandbox whose reports count at the node. They are not asked for: systems of the trial are opened without. */
  sandbox?: { node: string; publicKeyFile: string } | undefined;
  /** The screens, built. Absent: the node has none. */
  screens?: string | undefined;
}

/** Writes the configuration file of every process of a core. `files` are those of the authority. */
export function writeCore(
  core: Core,
  peers: readonly Core[],
  authority: Authority,
  files: TrialFiles,
  store: TrialStore,
  { stamps, portal, consoleKeyFile, sandbox, screens }: OutsideServices = {},
): void {
  const { node, directory } = core;
  keep(directory, "nats", authority.issueTls({ node: node.code, kind: "service", name: "nats" }));
  if (store.engine === "mongodb") writeFileSync(join(directory, "mongodb-uri"), store.uri, { mode: 0o600 });
  for (const process of core.processes) {
    const [name = "", ...also] = process.services;
    const tls = keep(
      directory,
      process.name,
      authority.issueTls({ node: node.code, kind: "service", name, also, dns: ["localhost", hostOf(node)], days: 365 }),
    );
    const elsewhere = Object.entries(core.mesh).filter(
      ([service]) => !process.services.includes(service as ServiceName),
    );
    const siblings = core.processes.filter(
      (other) => other !== process && other.services.includes(name as ServiceName),
    );
    const identity = process.services.includes("identity");
    const stamped = stampedBy(stamps, process.services);
    const config: NodeConfig = {
      node,
      replica: process.replica,
      services: process.services,
      dataDirectory: join(directory, "data"),
      store:
        store.engine === "sqlite"
          ? { engine: "sqlite" }
          : { engine: "mongodb", uriFile: join(directory, "mongodb-uri"), database: `${store.prefix}_${node.code}` },
      listeners: {
        mesh: { address: process.mesh },
        public: { address: process.public },
        connect: { address: process.connect },
        ...(identity && { signIn: { address: process.signIn } }),
        admin: { address: process.admin },
      },
      tls: { ...tls, caFile: files.root },
      mesh: Object.fromEntries(elsewhere.map(([service, addresses]) => [service, { addresses }])),
      ...(siblings.length > 0 && { siblings: siblings.map(({ mesh }) => mesh) }),
      tokens: {
        publicKeyFile: join(directory, "keys", "token-key.pem"),
        ...(process.services.includes("identity") && {
          privateKeyFile: join(directory, "keys", "token-key.key"),
        }),
        lifetimeSeconds: 900,
      },
      ...(core.connect.identity?.[0] && { oauth: { issuer: core.connect.identity[0] } }),
      nodeKey: { publicKeyFile: core.publicKeyFile, privateKeyFile: join(directory, "keys", "node-key.key") },
      peers: peers.map((peer) => ({
        node: peer.node.code,
        name: peer.node.name,
        role: peer.node.role,
        publicKeyFile: peer.publicKeyFile,
        services: Object.fromEntries(CALLED_ACROSS.map((name) => [name, { addresses: peer.mesh[name] ?? [] }])),
      })),
      signers: { ...judgedBy(files), ...stamped.signers },
      ...stamped.config,
      ...(identity && staffConfig(node, process, files.staff)),
      ...(identity &&
        screens !== undefined && {
          screens: { builtDirectory: screens, ...(portal && { holders: portal.page }) },
        }),
      divisionsFile: join(import.meta.dirname, "divisions.csv"),
      ...(consoleKeyFile !== undefined && { console: { originKeyFile: consoleKeyFile } }),
      ...(sandbox && { sandboxes: [sandbox], governance: { openings: { sandboxReport: "optional" } } }),
      ...(portal && { holders: { providers: [portal.provider] } }),
      ...(process.services.includes("sync") && {
        nats: {
          servers: [core.natsListen],
          tls: { ...tls, caFile: files.root },
          ...(node.role !== "province" && { domain: LEAF_DOMAIN }),
        },
      }),
      limits: { ...DEFAULT_LIMITS, streams: 256 },
      clockSkewMs: 5_000,
      clockToleranceMs: 30_000,
      log: { level: "info" },
    };
    mkdirSync(config.dataDirectory, { recursive: true, mode: 0o700 });
    writeFileSync(process.configFile, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 });
  }
}

/** The TLS files of a core's NATS server. */
export function natsFiles(core: Core): TlsFiles {
  return filesOf(core.directory, "nats");
}

/** Keeps a certificate and its key as files of a core. */
export function keep(directory: string, name: string, pair: { certPem: string; keyPem: string }): TlsFiles {
  const files = filesOf(directory, name);
  mkdirSync(join(directory, "keys"), { recursive: true, mode: 0o700 });
  writeFileSync(files.certificateFile, pair.certPem, { mode: 0o644 });
  writeFileSync(files.privateKeyFile, pair.keyPem, { mode: 0o600 });
  return files;
}

function filesOf(directory: string, name: string): TlsFiles {
  return {
    certificateFile: join(directory, "keys", `${name}.pem`),
    privateKeyFile: join(directory, "keys", `${name}.key`),
  };
}
