import { randomUUID } from "node:crypto";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { rolesOf } from "../../services/call/chain/permission.ts";
import type { Role } from "../../services/domain/role.ts";
import { ACCOUNTS } from "../portal/people.ts";
import { type CatalogFile, readCatalogFiles } from "../trial/catalog-files.ts";
import { contextFor, originKey } from "../trial/connect.ts";
import type { Core } from "../trial/core.ts";
import { ISSUERS, NATIONAL_ISSUER, USER } from "../trial/plan.ts";
import { minePage, pageOf, signInOf } from "../trial/staff.ts";
import type { Trial } from "../trial/trial.ts";
import type { InForce } from "./story.ts";

/** Addresses of a node, with their scheme. Those of services that have processes of their own stand in `services`. */
export interface TrialAddresses {
  connect: string;
  grpc: string;
  admin: string;
  /** Where staff show their certificate keys. Pages of the node lie at the same host, {@link pages}. */
  signIn: string;
  /** Origin of the pages of the node, as browsers reach it. */
  pages: string;
  /** By service; absent where one process serves all. */
  services?: Record<string, { connect: string; grpc: string }>;
}

/** What is written of a trial that is left running, as `trial.json`; files by absolute paths. */
export interface LivingTrial extends InForce {
  /** Authority of the nodes' TLS certificates. */
  ca: string;
  nodes: Record<string, TrialAddresses>;
  apps: { node: string; key: string; secretFile: string; originKeyFile?: string }[];
  /** Invented people who can sign in at the portal, and where that is. */
  holders?: { name: string; account: string; password: string; organisation?: string }[];
  portal?: string;
  /** Pages of the node at which the staff work, where the trial has screens. */
  screens?: { staff: string; counter: string; holders: string; anybody: string };
  /** Invented people who work at a node, with their certificate keys (PKCS#12) and the passwords of these. */
  staff?: { name: string; account: string; node: string; roles: Role[]; p12: string; p12Password: string }[];
}

/** A living trial, and the files that were written of it. */
export interface Written {
  trial: LivingTrial;
  trialFile: string;
  /** A request for a usage code for the licence in force, as JSON. */
  contextFile: string;
}

/**
 * Writes what anybody needs to call a trial that is left running: secrets and origin keys of every app below its directory, readable
 * by the owner alone, as is `trial.json`, which holds passwords; that and `context.json` lie among the artefacts.
 */
export function writeLivingTrial(trial: Trial, inForce: InForce, artefacts: string): Written {
  const secrets = join(trial.directory, "secrets");
  mkdirSync(secrets, { recursive: true, mode: 0o700 });
  mkdirSync(artefacts, { recursive: true });
  const departments = [...ISSUERS, NATIONAL_ISSUER, USER];
  const apps = [...trial.secrets].map(([key, secret]) => {
    const secretFile = resolve(secrets, key);
    writeFileSync(secretFile, secret, { mode: 0o600 });
    const { node } = departments.find(({ appKey }) => appKey === key) as (typeof departments)[number];
    return { node: node.code, key, secretFile, originKeyFile: resolve(originKey(trial.directory, key).privateKeyFile) };
  });
  const nodes = Object.values(trial.cores).map((core) => [core.node.code, addressesOf(core)]);
  const living: LivingTrial = {
    ca: resolve(trial.files.root),
    nodes: Object.fromEntries(nodes),
    apps,
    ...holdersOf(trial),
    ...staffOf(trial),
    ...screensOf(trial),
    ...inForce,
  };
  const [trialFile, contextFile] = [resolve(artefacts, "trial.json"), resolve(artefacts, "context.json")];
  writeFileSync(trialFile, `${JSON.stringify(living, null, 2)}\n`);
  chmodSync(trialFile, 0o600);
  const licence = readCatalogFiles().find(({ name }) => name === "营业执照") as CatalogFile;
  const request = { requestId: randomUUID(), context: contextFor(licence, "YW-demo-1", new Date()) };
  writeFileSync(contextFile, `${JSON.stringify(request, null, 2)}\n`);
  return { trial: living, trialFile, contextFile };
}

function holdersOf({ portal }: Trial): Pick<LivingTrial, "holders" | "portal"> {
  if (!portal) return {};
  const holders = ACCOUNTS.map(({ name, account, password, organisation }) => ({
    ...{ name, account, password },
    ...(organisation && { organisation: organisation.name }),
  }));
  return { holders, portal: portal.url };
}

function staffOf({ staff, cores }: Trial): Pick<LivingTrial, "staff"> {
  if (staff.length === 0) return {};
  const node = cores.linghai.node.code;
  const told = staff.map(({ department: _, roles, ...member }) => ({ ...member, node, roles: rolesOf(roles) }));
  return { staff: told };
}

function screensOf({ screens, cores }: Trial): Pick<LivingTrial, "screens"> {
  if (!screens) return {};
  const origin = pageOf(cores.linghai);
  return {
    screens: {
      ...{ staff: `${origin}/console/`, counter: `${origin}/mini/` },
      ...{ holders: minePage(cores.linghai), anybody: `${origin}/verify/` },
    },
  };
}

function addressesOf(core: Core): TrialAddresses {
  const { connect, public: grpc, processes } = core;
  const of = (service: keyof typeof connect) => ({
    connect: connect[service]?.[0] ?? "",
    grpc: grpc[service]?.[0] ?? "",
  });
  const names = Object.keys(connect) as (keyof typeof connect)[];
  return {
    ...of("catalog"),
    admin: `http://${processes[0]?.admin}`,
    signIn: signInOf(core),
    pages: pageOf(core),
    ...(processes.length > 1 && { services: Object.fromEntries(names.map((name) => [name, of(name)])) }),
  };
}
