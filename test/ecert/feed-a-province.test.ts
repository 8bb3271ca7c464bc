import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type CatalogFile, readCatalogFiles } from "../../ops/trial/catalog-files.ts";
import { connect, contextFor, orderFrom } from "../../ops/trial/connect.ts";
import type { Core } from "../../ops/trial/core.ts";
import { ISSUERS, type IssuingDepartment, USER } from "../../ops/trial/plan.ts";
import { until } from "../../ops/trial/ready.ts";
import { startTrial, type Trial } from "../../ops/trial/trial.ts";
import { type Connector, FileFormat, Verdict } from "../../services/client/index.ts";
import { shanghaiDay } from "../../services/domain/civil-date.ts";

/* A province whose catalog and registry are empty, fed by commands alone, up to a certificate that is issued, used in another city, and revoked. */

const ROOT = join(import.meta.dirname, "../..");
const directory = mkdtempSync(join(tmpdir(), "ecert-fed-"));
const department = ISSUERS[0] as IssuingDepartment;
const licence = readCatalogFiles().find(({ name }) => name === "营业执照") as CatalogFile;
const OPEN = "2026-01-01";
let trial: Trial;
let issuer: Connector;
let user: Connector;

beforeAll(async () => {
  trial = await startTrial({ directory, layout: "one", store: { engine: "sqlite" }, unfed: true });
});
afterAll(async () => {
  issuer?.close();
  user?.close();
  await trial?.stop();
  rmSync(directory, { recursive: true, force: true });
});

/** Runs `ecert …` as the operator of a core; resolves to what it prints. */
function ecert(core: Core, ...args: string[]): Promise<string> {
  const own = join(directory, core.node.code, "keys", "operator");
  const env = {
    ...process.env,
    ECERT_SERVER: core.mesh.catalog?.[0],
    ECERT_OPERATOR_CERTIFICATE: `${own}.pem`,
    ECERT_OPERATOR_KEY: `${own}.key`,
    ECERT_OPERATOR_CA: trial.files.root,
  };
  return new Promise((resolve, reject) => {
    const command = [join(ROOT, "ops/ecert/main.ts"), ...args];
    execFile(process.execPath, command, { env }, (error, out, err) => (error ? reject(new Error(err)) : resolve(out)));
  });
}

let files = 0;
function keep(content: unknown): string {
  const path = join(directory, `fed-${++files}.json`);
  writeFileSync(path, JSON.stringify(content));
  return path;
}
const secretOf = (appKey: string) => join(directory, `secret-${appKey}`);

test("4.3.4: the province registers and publishes a kind of certificate, and the city gets it", async () => {
  const { province, linghai } = trial.cores;
  await ecert(province, "item", "register", join(ROOT, "ops/seed/catalog/business-licence.json"));
  await ecert(province, "item", "publish", licence.code, "1");
  await until("the item is in the city", async () => (await ecert(linghai, "item", "list")).includes(licence.code));
});

test("6.2.2, 6.2.4: the issuing city registers department, seal with a picture drawn from its name, app and opening", async () => {
  const { linghai } = trial.cores;
  const { code, name, division, seal, appKey } = department;
  const picture = join(directory, "picture.json");
  await ecert(linghai, "seal", "picture", "--name", name, "--caption", "电子证照专用章", "--out", picture);
  const { certificateFile } = (trial.agents.get(department.agent) as { files: { certificateFile: string } }).files;
  const register = {
    ...{ code: seal, name: `${name}电子证照专用章`, departmentCode: code },
    ...{ pictureJson: { $file: picture }, signingCertificatePem: { $file: certificateFile } },
  };
  await ecert(linghai, "department", "put", keep({ department: { code, name, division } }));
  await ecert(linghai, "seal", "put", keep({ seal: register }));
  const scopes = ["issue.make", "issue.issue", "issue.read", "issue.change"];
  const app = keep({ app: { key: appKey, name: `${name}审批系统`, departmentCode: code, scopes } });
  await ecert(linghai, "app", "put", app, "--secret-file", secretOf(appKey));
  const lines = [{ itemCode: licence.code, target: division, from: OPEN }];
  await ecert(linghai, "list", "set-up", keep({ change: { id: "tianwan-2026", division, lines } }));
  expect(await ecert(linghai, "list", "effective", division, OPEN)).toContain(licence.code);
  const opening = { itemCode: licence.code, departmentCode: code, appKey, sealCode: seal, opensOn: OPEN };
  await ecert(linghai, "opening", "put", keep({ opening }));
});

test("6.2.4.4: another city registers the department that uses certificates, its app and its matter", async () => {
  const { pengwan } = trial.cores;
  const { code, name, division, appKey, matter } = USER;
  await ecert(pengwan, "department", "put", keep({ department: { code, name, division } }));
  const app = keep({ app: { key: appKey, name: "统一申办受理系统", departmentCode: code, scopes: ["usage.use"] } });
  await ecert(pengwan, "app", "put", app, "--secret-file", secretOf(appKey));
  const items = [{ itemCode: licence.code, fields: ["name"], files: ["FILE_FORMAT_PDF"] }];
  await ecert(
    pengwan,
    ...[
      "matter",
      "put",
      keep({ matter: { ...matter, departmentCode: code, appKeys: [appKey], enabledOn: OPEN, items } }),
    ],
  );
});

test("5.8.3, 5.6.2: the province confirms both departments, and gives the right to issue", async () => {
  const { province } = trial.cores;
  await until("both departments came", async () => {
    const waiting = await ecert(province, "department", "unconfirmed");
    return waiting.includes(department.code) && waiting.includes(USER.code);
  });
  await ecert(province, "department", "confirm", department.code, "--node", department.node.code);
  await ecert(province, "department", "confirm", USER.code, "--node", USER.node.code);
  const right = { node: department.node.code, departmentCode: department.code, itemCode: licence.code, since: OPEN };
  await ecert(province, "right", "put", keep({ right }));
  expect(await ecert(province, "right", "list")).toContain(`${department.code}  ${licence.code}  440100  ${OPEN}  -`);
});

test("4.4.4, 5.4.3: a certificate is made, issued, verified, read, fetched in the other city, and revoked", async () => {
  const secrets = new Map([department.appKey, USER.appKey].map((key) => [key, readFileSync(secretOf(key), "utf8")]));
  issuer = connect({ ...trial, secrets }, department.appKey, trial.cores.linghai);
  user = connect({ ...trial, secrets }, USER.appKey, trial.cores.pengwan, trial.cores.province);
  await issuer.issuing.make(orderFrom(licence, "FED-1"));
  const { identifier } = await issuer.issuing.issue("FED-1");
  const session = user.use(contextFor(licence, "YW-1", new Date()));
  await until(
    "it is valid in the other city",
    async () => (await session.verify(identifier)).verdict === Verdict.VALID,
  );
  expect((await session.extract(identifier, ["name"])).data).toEqual({ name: licence.example.data.name });
  expect((await session.fetch(identifier, FileFormat.PDF)).file?.content.length).toBeGreaterThan(10_000);
  await issuer.issuing.revoke(identifier, "企业已注销登记");
  expect((await session.verify(identifier)).verdict).toBe(Verdict.REVOKED);
});

test("6.2.4.2, 6.4.1.1: closed, it issues no more; what it issued stays in force and can still be revoked", async () => {
  const { linghai, province } = trial.cores;
  await issuer.issuing.make(orderFrom(licence, "FED-2"));
  const { identifier } = await issuer.issuing.issue("FED-2");
  await ecert(linghai, "opening", "close", licence.code, department.code, department.appKey);
  await expect(issuer.issuing.make(orderFrom(licence, "FED-3"))).rejects.toMatchObject({ reason: "ITEM_NOT_OPENED" });
  await ecert(linghai, "opening", "reopen", licence.code, department.code, department.appKey);
  await issuer.issuing.make(orderFrom(licence, "FED-3"));
  await ecert(linghai, "department", "close", department.code);
  await expect(issuer.issuing.issue("FED-3")).rejects.toMatchObject({ reason: "DEPARTMENT_CLOSED" });
  const session = user.use(contextFor(licence, "YW-2", new Date()));
  const right = [department.code, licence.code] as const;
  expect(await ecert(province, "right", "close", ...right)).toContain(`440100  ${OPEN}  ${shanghaiDay(new Date())}`);
  await until("it is valid still", async () => (await session.verify(identifier)).verdict === Verdict.VALID);
  await issuer.issuing.revoke(identifier, "企业已注销登记");
  expect((await session.verify(identifier)).verdict).toBe(Verdict.REVOKED);
});
