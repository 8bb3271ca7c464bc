import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sealImage } from "../../services/document/ofd/seal-image.ts";
import { fromPem } from "../../services/trust/pem.ts";
import type { Authority } from "../authority/authority.ts";
import { openSealMaker } from "../authority/seal-maker.ts";
import { tied } from "../servers/tied.mjs";
import { readCatalogFiles } from "./catalog-files.ts";
import { originKey } from "./connect.ts";
import type { Core } from "./core.ts";
import type { IssuingDepartment } from "./plan.ts";
import { freePorts } from "./ports.ts";
import type { Program } from "./process.ts";
import { isReady } from "./ready.ts";
import { sealPictureOf } from "./seed.ts";

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
  /** Electronic seal (GB/T 38540), where the department signs with SM2. */
  electronicSealFile?: string;
}

/**
 * Sets up the host of a department: token and key in its own device, certificate request, signing certificate from the
 * trial authority, TLS identity, the province's key, the app's origin key, and a policy (6.2.2, 6.4.1). All through `agent init`,
 * which takes the device by `device`.
 */
export async function provisionAgent(
  root: string,
  department: IssuingDepartment,
  core: Pick<Core, "mesh" | "publicKeyFile">,
  province: Pick<Core, "node" | "publicKeyFile">,
  authority: Authority,
  files: { root: string },
  device: (department: IssuingDepartment, directory: string) => string[] = deviceOf,
): Promise<AgentFiles> {
  const directory = join(root, "agents", department.agent);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const catalog = readCatalogFiles().filter((file) => department.certificates.includes(file.name));
  const picture = join(directory, "seal.json");
  writeFileSync(picture, JSON.stringify(sealPictureOf(department)));
  agent([
    ...["init", "--directory", directory, "--agent", department.agent, "--node", department.node.code],
    ...device(department, directory),
    ...["--key", "seal-1", "--seal", department.seal, "--algorithm", ALGORITHMS[department.algorithm]],
    ...["--organization", department.name, "--organization-code", department.code, "--division", department.division],
    ...["--picture", picture, "--province", province.node.code, "--province-key", province.publicKeyFile],
    ...["--node-key", core.publicKeyFile],
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
  const electronicSealFile = join(directory, "seal-1.esl");
  if (department.algorithm === "sm2") {
    writeFileSync(
      electronicSealFile,
      await electronicSeal(join(root, "authority"), department, authority, signing.certPem),
    );
    amend(join(directory, "policy.json"), withElectronicSeal);
  }
  return {
    name: department.agent,
    directory,
    configFile: join(directory, "agent.json"),
    journalDirectory: join(directory, "journal"),
    certificateFile,
    serial: signing.serial,
    admin,
    ...(department.algorithm === "sm2" && { electronicSealFile }),
  };
}

const ALGORITHMS = { "ecdsa-p256": "p256", "rsa-2048": "rsa2048", sm2: "sm2" } as const;

/** Options of `agent init` for a department's device: a SoftHSM2 token of its own; key files for SM2, which SoftHSM2 lacks. */
function deviceOf({ agent, algorithm }: IssuingDepartment, directory: string): string[] {
  if (algorithm === "sm2") return ["--key-files"];
  const tokens = join(directory, "tokens");
  mkdirSync(tokens, { recursive: true, mode: 0o700 });
  const config = join(directory, "softhsm2.conf");
  writeFileSync(config, `directories.tokendir = ${tokens}\nobjectstore.backend = file\nlog.level = ERROR\n`);
  return ["--module", DEVICE_MODULE, "--token", agent, "--new-token", "--environment", `SOFTHSM2_CONF=${config}`];
}

/** The electronic seal of a department, by the trial's seal maker. */
async function electronicSeal(
  directory: string,
  department: IssuingDepartment,
  authority: Authority,
  certPem: string,
): Promise<Uint8Array> {
  const maker = await openSealMaker(directory, authority);
  const { name, seal: id } = department;
  const picture = sealImage(sealPictureOf(department));
  return maker.makeSeal({ id, name, picture, signers: fromPem("CERTIFICATE", certPem).slice(0, 1), now: new Date() });
}

function withElectronicSeal(policy: Record<string, unknown>): object {
  const [seal] = policy.seals as object[];
  return { ...policy, seals: [{ ...seal, electronicSealFile: "seal-1.esl" }] };
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

/** Changes the policy of an agent, which reads it at its start. */
export function amendPolicy({ directory }: AgentFiles, change: (policy: Record<string, unknown>) => object): void {
  amend(join(directory, "policy.json"), change);
}

/** Runs a command of the agent on its department's host, as a person there would. Throws what it says where it fails. */
export function agent(args: string[]): void {
  const command = tied(process.execPath, [join(ROOT, "agent/main.ts"), ...args]);
  const { status, stderr, stdout } = spawnSync(...command, { encoding: "utf8" });
  if (status !== 0) throw new Error(`agent ${args[0]} failed:\n${stdout}${stderr}`);
}

function amend(file: string, change: (content: Record<string, unknown>) => object): void {
  const content = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
  writeFileSync(file, `${JSON.stringify(change(content), undefined, 2)}\n`, { mode: 0o600 });
}
