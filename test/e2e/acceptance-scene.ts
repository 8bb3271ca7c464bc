import { randomUUID } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type AgentFiles, agent, agentProgram, amendPolicy, provisionAgent } from "../../ops/trial/agents.ts";
import { type CatalogFile, readCatalogFiles } from "../../ops/trial/catalog-files.ts";
import { connect, contextFor, orderFrom, originKey } from "../../ops/trial/connect.ts";
import type { Core } from "../../ops/trial/core.ts";
import type { Operator } from "../../ops/trial/operator.ts";
import { ISSUERS, type IssuingDepartment, LINGHAI, PROVINCE, type TrialNode } from "../../ops/trial/plan.ts";
import { type Running, startProgram } from "../../ops/trial/process.ts";
import { OPEN_SINCE, releasedFields, sealPictureOf, seedIssuer, seedOwners, seedRights } from "../../ops/trial/seed.ts";
import type { Trial } from "../../ops/trial/trial.ts";
import { OpeningService } from "../../proto/gen/ecert/catalog/v1/opening_service_pb.ts";
import { RegistryService } from "../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { AppService } from "../../proto/gen/ecert/identity/v1/app_service_pb.ts";
import type { Connector } from "../../services/client/index.ts";
import { addDays, shanghaiDay } from "../../services/domain/civil-date.ts";
import { socialCreditCheckCharacter } from "../../services/domain/social-credit-code.ts";

const coded = (body: string) => body + socialCreditCheckCharacter(body);
const ISSUING = ["issue.make", "issue.issue", "issue.read", "issue.change"];
/** The day on which the tests run, and the last one on which agents sign for others. */
const TODAY = shanghaiDay(new Date());
const NEXT_YEAR = addDays(TODAY, 365);

/** An agent's first signature compiles; on a machine that does other things too that takes a while. */
export const PATIENT = { timeoutMs: 60_000 };

/** A department of the province, with a device and a system of its own. */
const POLICE: IssuingDepartment = {
  node: PROVINCE,
  code: coded("11440000MB9DEM002"),
  name: "南粤省公安厅",
  division: "440000",
  agent: "ny-ga",
  algorithm: "ecdsa-p256",
  seal: "DZYZ-NY-GA",
  appKey: "440000-ga",
  certificates: ["居住证", "结婚证"],
};
const MARKET = ISSUERS[0] as IssuingDepartment;
/** A unit below {@link MARKET}, which is below the city's bureau: its seal lies in the same device. */
const STREET: IssuingDepartment = {
  ...MARKET,
  code: coded("11440106MB9DEM006"),
  name: "石屿街道市场监督管理所",
  division: "440106001",
  seal: "DZYZ-LH-SYJD",
  appKey: "440100-syjd",
  certificates: ["食品经营许可证"],
};

/** A department that runs a system for others: what runs it, and its app. */
interface System {
  code: string;
  name: string;
  division: string;
  appKey: string;
}

/** Unified acceptance systems (统一申办受理系统) of province and city, and the bureau above the city's market supervision. */
const [TOP_HALL, CITY_HALL, BUREAU]: [System, System, System] = [
  { code: coded("11440000MB9DEM003"), name: "南粤省政务服务中心", division: "440000", appKey: "440000-slxt" },
  { code: coded("11440100MB9DEM004"), name: "岭海市政务服务中心", division: "440100", appKey: "440100-slxt" },
  { code: coded("11440100MB9DEM005"), name: "岭海市市场监督管理局", division: "440100", appKey: "440100-scj" },
];

/** A level at which a department issues by both ways, and what is delegated there. */
export interface Level {
  core: Core;
  department: IssuingDepartment;
  hall: System;
  /** The kind of certificate that the acceptance system issues for the department, and one that it does not. */
  item: CatalogFile;
  beyond: CatalogFile;
  /** The matter in which it uses certificates for it. */
  matter: string;
  agent: AgentFiles;
  own: Connector;
  acceptance: Connector;
  /** The node's operator. */
  registry: ReturnType<typeof registryOf>;
  /** Has the department delegate more, less, or until another day. */
  delegate(change?: {
    itemCodes?: string[];
    matterCodes?: string[];
    departmentCode?: string;
    until?: string;
  }): Promise<unknown>;
  /** Has the operator open an item for a department with the acceptance system. */
  open(itemCode: string, department?: IssuingDepartment): Promise<unknown>;
  /** An order in the department's name. */
  order(serial: string, file?: CatalogFile, department?: IssuingDepartment): ReturnType<typeof orderFrom>;
  /** The acceptance system's context of a use in {@link matter}, or another one's. */
  context(matter?: string): ReturnType<typeof contextFor>;
}

/** Both levels, and a bureau whose system issues for the units below it. */
export interface AcceptanceScene {
  province: Level;
  city: Level;
  superior: { connector: Connector; units: readonly IssuingDepartment[]; item: CatalogFile };
  close(): Promise<void>;
}

/** Sets both ways up in a running trial, as operators, departments and their hosts would. */
export async function openAcceptance(trial: Trial): Promise<AcceptanceScene> {
  const { directory, cores, authority, files } = trial;
  const catalog = readCatalogFiles();
  const named = (name: string) => catalog.find((file) => file.name === name) as CatalogFile;
  const { province } = cores;
  const operatorOf = ({ code }: TrialNode) => trial.operators.get(code) as Operator;
  const host = await provisionAgent(directory, POLICE, province, province, authority, files);
  const market = trial.agents.get(MARKET.agent) as { files: AgentFiles; running: Running };
  const street = await addSeal(trial, market.files, STREET);
  trial.secrets.set(POLICE.appKey, await seedIssuer(province, operatorOf(PROVINCE), POLICE, host, catalog));
  await seedIssuer(cores.linghai, operatorOf(LINGHAI), STREET, { certificateFile: street }, catalog);
  await seedOwners(province, operatorOf(PROVINCE), [POLICE, STREET]);
  await seedRights(province, operatorOf(PROVINCE), [POLICE, STREET], catalog);

  const at = { trial, directory, operatorOf };
  const levels = {
    province: await openLevel(at, province, POLICE, TOP_HALL, [named("居住证"), named("结婚证")], host),
    city: await openLevel(
      at,
      cores.linghai,
      MARKET,
      CITY_HALL,
      [named("营业执照"), named("食品经营许可证")],
      market.files,
    ),
  };
  const item = named("食品经营许可证");
  await putSystem(trial, cores.linghai, operatorOf(LINGHAI), BUREAU);
  const { registry } = levels.city;
  const [upper, lower] = [MARKET, STREET];
  for (const [unit, superiorCode] of [
    [upper, BUREAU.code],
    [lower, upper.code],
  ] as const) {
    const { code, name, division, seal: sealCode } = unit;
    await registry.putDepartment({ department: { code, name, division, superiorCode } });
    const opening = { itemCode: item.code, departmentCode: code, appKey: BUREAU.appKey, sealCode, opensOn: OPEN_SINCE };
    await registry.putIssuingOpening({ opening });
  }
  allow(directory, market.files, BUREAU.appKey, [item], [upper, lower]);

  await market.running.stop();
  await market.running.restart();
  const police = await startProgram(agentProgram(host, join(directory, "logs")));
  const connector = connect(trial, BUREAU.appKey, cores.linghai, undefined, PATIENT);
  return {
    ...levels,
    superior: { connector, units: [upper, lower], item },
    async close() {
      for (const one of Object.values(levels)) for (const open of [one.own, one.acceptance]) open.close();
      connector.close();
      await police.stop();
    },
  };
}

interface Place {
  trial: Trial;
  directory: string;
  operatorOf(node: TrialNode): Operator;
}

async function openLevel(
  { trial, directory, operatorOf }: Place,
  core: Core,
  department: IssuingDepartment,
  hall: System,
  [item, beyond]: [CatalogFile, CatalogFile],
  agentFiles: AgentFiles,
): Promise<Level> {
  const operator = operatorOf(core.node);
  const registry = registryOf(core, operator);
  const delegations = operator.client(OpeningService, core.mesh.catalog?.[0] ?? "");
  const { code: departmentCode, seal } = department;
  const { appKey } = hall;
  const matter = `${department.division}-SL-01`;
  await putSystem(trial, core, operator, hall);
  const delegate: Level["delegate"] = (change = {}) => {
    const named = { itemCodes: [item.code], matterCodes: [matter], since: OPEN_SINCE };
    return delegations.putDelegation({ delegation: { appKey, departmentCode, ...named, ...change } });
  };
  const open: Level["open"] = (itemCode, { code, seal: sealCode } = { ...department, seal }) =>
    registry.putIssuingOpening({
      opening: { itemCode, departmentCode: code, appKey, sealCode, opensOn: OPEN_SINCE },
    });
  await delegate();
  await open(item.code);
  await registry.putMatter({
    matter: {
      ...{ code: matter, name: "统一受理", departmentCode, appKeys: [appKey], enabledOn: OPEN_SINCE },
      items: [{ itemCode: item.code, fields: releasedFields(item) }],
    },
  });
  allow(directory, agentFiles, appKey, [item], [department]);
  return {
    ...{ core, department, hall, item, beyond, matter, registry, delegate, open, agent: agentFiles },
    own: connect(trial, department.appKey, core, undefined, PATIENT),
    acceptance: connect(trial, appKey, core, undefined, PATIENT),
    order: (serial, file = item, { code } = department) => ({ ...orderFrom(file, serial), issuerCode: code }),
    context: (matterCode = matter) => ({
      ...contextFor(item, "SL-1", new Date()),
      ...{ departmentCode, matterCode, outlet: `${hall.name} 1 号窗口` },
    }),
  };
}

function registryOf(core: Core, operator: Operator) {
  return operator.client(RegistryService, core.mesh.catalog?.[0] ?? "");
}

/** Registers who runs a system for others, and its app. */
async function putSystem(trial: Trial, core: Core, operator: Operator, { appKey, ...department }: System) {
  await registryOf(core, operator).putDepartment({ department });
  const app = { key: appKey, name: `${department.name}系统`, departmentCode: department.code };
  const scopes = [...ISSUING, "usage.use"];
  const { secret } = await operator
    .client(AppService, core.mesh.identity?.[0] ?? "")
    .putApp({ requestId: randomUUID(), app: { ...app, scopes }, rotateSecret: true });
  trial.secrets.set(appKey, secret);
}

/** On a department's host: lets an app of another department ask on behalf of units, with its public key. */
function allow(
  directory: string,
  { configFile }: AgentFiles,
  appKey: string,
  items: readonly CatalogFile[],
  units: readonly IssuingDepartment[],
): void {
  const { keyId, publicKeyFile } = originKey(directory, appKey);
  agent([
    ...["allow", "--config", configFile, "--app", appKey, "--origin-key", `${keyId}=${publicKeyFile}`],
    ...items.flatMap(({ code }) => ["--item", code]),
    ...units.flatMap(({ code }) => ["--unit", code]),
    ...["--until", NEXT_YEAR],
  ]);
}

/** A second key in a department's device, with the seal of a unit; resolves to the file of its certificate. */
async function addSeal(trial: Trial, host: AgentFiles, unit: IssuingDepartment): Promise<string> {
  const at = (name: string) => join(host.directory, name);
  const request = at("seal-2.request.pem");
  agent([
    ...["request", "--config", host.configFile, "--key", "seal-2", "--algorithm", "p256", "--out", request],
    ...["--organization", unit.name, "--organization-code", unit.code],
  ]);
  writeFileSync(at("seal-2.crt.pem"), trial.authority.issueSigning(readFileSync(request, "utf8")).certPem);
  writeFileSync(at("seal-2.json"), JSON.stringify(sealPictureOf(unit)));
  const { code, name, division } = unit;
  const seal = {
    ...{ code: unit.seal, keyLabel: "seal-2", certificateFile: "seal-2.crt.pem", pictureFile: "seal-2.json" },
    items: readCatalogFiles()
      .filter((file) => unit.certificates.includes(file.name))
      .map((file) => file.code),
    units: [{ code, name, division }],
  };
  amendPolicy(host, (policy) => ({ ...policy, seals: [...(policy.seals as object[]), seal] }));
  return at("seal-2.crt.pem");
}
