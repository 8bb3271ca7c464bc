import { readFileSync, writeFileSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { VENDOR_PRESETS } from "../../agent/device/vendor-presets.ts";
import { type Authority, createAuthority } from "../../ops/authority/authority.ts";
import { type AgentFiles, agentProgram, provisionAgent } from "../../ops/trial/agents.ts";
import { type TrialFiles, writeAuthorityFiles } from "../../ops/trial/authority-files.ts";
import { type CatalogFile, readCatalogFiles } from "../../ops/trial/catalog-files.ts";
import { connect } from "../../ops/trial/connect.ts";
import { type Core, keep, planCore, writeCore } from "../../ops/trial/core.ts";
import { type Operator, openOperator } from "../../ops/trial/operator.ts";
import { ISSUERS, type IssuingDepartment, PROVINCE } from "../../ops/trial/plan.ts";
import { type Running, startProgram } from "../../ops/trial/process.ts";
import { isReady } from "../../ops/trial/ready.ts";
import { seedCatalog, seedIssuer } from "../../ops/trial/seed.ts";
import { ArchiveService } from "../../proto/gen/ecert/sync/v1/archive_service_pb.ts";
import type { FileFormat } from "../../proto/gen/ecert/type/v1/file_pb.ts";
import type { Connector } from "../../services/client/index.ts";
import { makeSm2Token } from "../fixtures/sm2-token.ts";

/** The department of these tests: its device has P-256 by the standard's numbers and SM2 by a vendor's. */
export const DEPARTMENT: IssuingDepartment = {
  ...(ISSUERS[0] as IssuingDepartment),
  node: PROVINCE,
  division: PROVINCE.code,
  appKey: "440000-scjg",
};
export const LICENCE = readCatalogFiles().find(({ name }) => name === "营业执照") as CatalogFile;

/** A core with catalog and issue services, and a department with its agent: real processes, over TLS. */
export interface Sm2House {
  directory: string;
  authority: Authority;
  files: TrialFiles;
  core: Core;
  operator: Operator;
  agent: { files: AgentFiles; running: Running };
  connector: Connector;
  /** A file of an issued certificate, as it stands in the archive. */
  archived(identifier: string, format: FileFormat): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** Opens the house: the seal's first key is P-256, in the vendor's device. */
export async function openSm2House(): Promise<Sm2House> {
  const closers: (() => unknown)[] = [];
  const close = async () => {
    for (const one of closers.reverse()) await one();
  };
  try {
    return await open(closers, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function open(closers: (() => unknown)[], close: () => Promise<void>): Promise<Sm2House> {
  const directory = await mkdtemp(join(tmpdir(), "ecert-sm2-road-"));
  closers.push(() => rm(directory, { recursive: true, force: true }));
  const token = await makeSm2Token(VENDOR_PRESETS.sansec);
  closers.push(() => token.dispose());
  const authority = createAuthority(join(directory, "authority"), { national: true });
  const { files } = writeAuthorityFiles(join(directory, "authority"), authority);
  const core = await planCore(PROVINCE, directory, "one", authority);
  const [process] = core.processes;
  if (!process) throw new Error("no process was planned");
  process.services = ["catalog", "identity", "issue"];
  writeCore(core, [], authority, files, { engine: "sqlite" });
  const logDirectory = join(directory, "logs");
  await mkdir(logDirectory);
  const server = await startProgram({
    name: "core",
    script: "services/main.ts",
    args: ["--config", process.configFile],
    logDirectory,
    ready: () => isReady(process.admin),
  });
  closers.push(() => server.stop());
  const identity = (kind: "operator" | "service", name: string) => {
    const pair = authority.issueTls({ node: PROVINCE.code, kind, name });
    const opened = openOperator({ ...keep(core.directory, `${kind}-${name}`, pair), caFile: files.root });
    closers.push(() => opened.close());
    return opened;
  };
  const operator = identity("operator", "admin");
  const archive = identity("service", "sync");
  await seedCatalog(core, operator, [LICENCE]);
  const provisioned = await provisionAgent(directory, DEPARTMENT, core, core, authority, files, (_, home) => {
    writeFileSync(join(home, "pin"), readFileSync(token.pinFile), { mode: 0o600 });
    const environment = `SM2_TOKEN_CONF=${token.env.SM2_TOKEN_CONF}`;
    return ["--module", token.module, "--token", token.tokenLabel, "--environment", environment, "--vendor", "sansec"];
  });
  const secret = await seedIssuer(core, operator, DEPARTMENT, provisioned, [LICENCE]);
  const running = await startProgram(agentProgram(provisioned, logDirectory));
  closers.push(() => running.stop());
  const secrets = new Map([[DEPARTMENT.appKey, secret]]);
  const connector = connect({ directory, files, secrets }, DEPARTMENT.appKey, core);
  closers.push(() => connector.close());
  return {
    directory,
    authority,
    files,
    core,
    operator,
    agent: { files: provisioned, running },
    connector,
    async archived(identifier, format) {
      const { file } = await archive.client(ArchiveService, core.mesh.issue?.[0] ?? "").getFile({ identifier, format });
      return file?.content ?? new Uint8Array();
    },
    close,
  };
}
