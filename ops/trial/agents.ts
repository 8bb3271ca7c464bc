import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Authority } from "../authority/authority.ts";
import { readCatalogFiles } from "./catalog-files.ts";
import { originKey } from "./connect.ts";
import type { Core } from "./core.ts";
import type { IssuingDepartment } from "./plan.ts";
import { freePorts } from "./ports.ts";
import type { Program } from "./process.ts";
import { isReady } from "./ready.ts";

/** Library of the trial's devices: SoftHSM2 in place of a department's encryption device. */
export const DEVICE_MODULE = process.env.SOFTHSM2_MODULE ?? "/usr/lib/softhsm/libsofthsm2.so";

const ROOT = join(import.meta.dirname, "..", "..");

/** An agent's host as it was set up. */
export interface AgentFiles {
  name: string;
  directory: string;
  configFile: string;
  journalDirectory: string;
  /** Signing certificate with the authority above it, PEM. */
  certificateFile: string;
  /** Serial of the signing certificate, for revocation. */
  serial: string;
  admin: string;
}

/**
 * Sets up the host of a department: token and key in its own device, certificate request, signing certificate from the
 * trial authority, TLS identity, the app's origin key, and a policy (6.2.2, 6.4.1). All through `agent init`.
 */
export async function provisionAgent(
  root: string,
  department: IssuingDepartment,
  core: Core,
  authority: Authority,
  files: { root: string },
): Promise<AgentFiles> {
  const directory = join(root, "agents", department.agent);
  const tokens = join(directory, "tokens");
  mkdirSync(tokens, { recursive: true, mode: 0o700 });
  const hsmConfig = join(directory, "softhsm2.conf");
  writeFileSync(hsmConfig, `directories.tokendir = ${tokens}\nobjectstore.backend = file\nlog.level = ERROR\n`);
  const catalog = readCatalogFiles().filter((file) => department.certificates.includes(file.name));
  agent([
    ...["init", "--directory", directory, "--agent", department.agent, "--node", department.node.code],
    ...["--module", DEVICE_MODULE, "--token", department.agent, "--new-token"],
    ...["--environment", `SOFTHSM2_CONF=${hsmConfig}`, "--key", "seal-1", "--seal", department.seal],
    ...["--algorithm", department.algorithm === "ecdsa-p256" ? "p256" : "rsa2048"],
    ...["--organization", department.name, "--organization-code", department.code],
    ...catalog.flatMap((file) => ["--item", file.code]),
    ...(core.mesh.issue ?? []).flatMap((address, index) => ["--core", `issue-${index}=${address}`]),
  ]);
  const signing = authority.issueSigning(readFileSync(join(directory, "seal-1.request.pem"), "utf8"));
  const certificateFile = join(directory, "seal-1.crt.pem");
  writeFileSync(certificateFile, signing.certPem);
  const tls = authority.issueTls({ node: department.node.code, kind: "agent", name: department.agent });
  writeFileSync(join(directory, "tls.crt.pem"), tls.certPem);
  writeFileSync(join(directory, "tls.key.pem"), tls.keyPem, { mode: 0o600 });
  writeFileSync(join(directory, "ca.pem"), readFileSync(files.root));
  const [port] = await freePorts(1);
  const admin = `127.0.0.1:${port}`;
  amend(join(directory, "agent.json"), (config) => ({ ...config, admin: { address: admin } }));
  const { keyId, publicKeyFile } = originKey(root, department.appKey);
  const apps = [{ app: department.appKey, originKeys: [{ id: keyId, publicKeyFile }] }];
  amend(join(directory, "policy.json"), (policy) => ({ ...policy, apps }));
  return {
    name: department.agent,
    directory,
    configFile: join(directory, "agent.json"),
    journalDirectory: join(directory, "journal"),
    certificateFile,
    serial: signing.serial,
    admin,
  };
}

/** An agent as a program; it is ready when it has a link and a healthy device. */
export function agentProgram(files: AgentFiles, logDirectory: string): Program {
  return {
    name: `agent-${files.name}`,
    script: "agent/main.ts",
    args: ["run", "--config", files.configFile],
    logDirectory,
    ready: () => isReady(files.admin),
  };
}

function agent(args: string[]): void {
  const { status, stderr, stdout } = spawnSync(process.execPath, [join(ROOT, "agent/main.ts"), ...args], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`agent ${args[0]} failed:\n${stdout}${stderr}`);
}

function amend(file: string, change: (content: Record<string, unknown>) => object): void {
  const content = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
  writeFileSync(file, `${JSON.stringify(change(content), undefined, 2)}\n`, { mode: 0o600 });
}
