import { isAbsolute, join } from "node:path";
import { SANDBOX_MARK } from "../../services/domain/sandbox.ts";
import type { NodeFacts } from "../install/starter.ts";
import type { Core } from "../trial/core.ts";
import type { IssuingDepartment } from "../trial/plan.ts";

/** What a sandbox on one host is made for: one department's system, against all items of the seed. */
export interface SandboxPlan {
  directory: string;
  /** The sandbox: TEST and the code of its division. */
  code: string;
  name: string;
  /** Name or address by which systems reach it. */
  host: string;
  /** First of four ports: mesh, public, connect, admin. */
  port: number;
  department: Pick<IssuingDepartment, "code" | "name" | "division">;
  /** AppKey of the department's system in production. */
  app: string;
}

/** Names of what lies in a sandbox's folder, beside those of its node and its agent. */
export const SANDBOX_FILES = {
  authority: "authority",
  node: "node",
  logs: "logs",
  secret: "app.secret",
  /** There once the sandbox has been fed. */
  fed: "fed.json",
} as const;

/** Where a file of a plan lies. */
export function placeOf({ directory }: Pick<SandboxPlan, "directory">, ...names: string[]): string {
  return join(isAbsolute(directory) ? directory : join(process.cwd(), directory), ...names);
}

/** AppKey of the system in the sandbox. */
export function appKeyOf({ app }: Pick<SandboxPlan, "app">): string {
  return `${SANDBOX_MARK}${app}`;
}

/** Code of the matter for which the system uses certificates in the sandbox. */
export function matterOf({ code }: Pick<SandboxPlan, "code">): string {
  return `${code}-SX-01`;
}

/** The node of a plan, as `node init --sandbox` makes one. */
export function nodeFactsOf({ code, name, host, port }: SandboxPlan): NodeFacts {
  const at = (offset: number, address = "0.0.0.0") => `${address}:${port + offset}`;
  return {
    role: "province",
    ...{ code, name, operator: "admin", dataDirectory: "data", nats: "127.0.0.1:4222" },
    hosts: [...new Set([host, "localhost", "127.0.0.1"])],
    listeners: { mesh: at(0), public: at(1), connect: at(2), admin: at(3, "127.0.0.1") },
  };
}

/** The node as the tools of trials take one. */
export function coreOf(plan: SandboxPlan): Pick<Core, "node" | "mesh" | "publicKeyFile"> {
  const mesh = [`127.0.0.1:${plan.port}`];
  return {
    node: { role: "province", code: plan.code, name: plan.name },
    mesh: { catalog: mesh, identity: mesh, issue: mesh },
    publicKeyFile: placeOf(plan, SANDBOX_FILES.node, "keys/node.pem"),
  };
}

/** The department as the tools of trials take one; `certificates`: names of what it issues. */
export function issuerOf(plan: SandboxPlan, certificates: string[]): IssuingDepartment {
  return {
    ...plan.department,
    ...{ node: coreOf(plan).node, agent: "sandbox", algorithm: "ecdsa-p256", seal: `${plan.code}-SEAL` },
    ...{ appKey: appKeyOf(plan), certificates },
  };
}
