import { randomUUID } from "node:crypto";
import { create } from "@bufbuild/protobuf";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { RegistryService } from "../../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { TermsService } from "../../../proto/gen/ecert/catalog/v1/terms_service_pb.ts";
import { AppSchema } from "../../../proto/gen/ecert/identity/v1/app_pb.ts";
import { AppService } from "../../../proto/gen/ecert/identity/v1/app_service_pb.ts";
import { TokenService } from "../../../proto/gen/ecert/identity/v1/token_service_pb.ts";
import { openCore, type TestCore } from "../../../test/fixtures/core.ts";
import { directClient } from "../../../test/fixtures/runtime.ts";
import { checkFieldRules } from "../../call/request/field-rules.ts";
import type { StaffActor } from "../../domain/actor.ts";
import { consoleApp } from "../../domain/console-app.ts";
import type { Role } from "../../domain/role.ts";

const [TIANHE, FUTIAN] = ["114401000000990003", "114401000000990016"] as const;
const APPS = { [TIANHE]: "440100-tianhe", [FUTIAN]: "440100-futian" } as const;

let house: TestCore;
/** Registry and apps in one, as the operator and staff meet them. */
const clients = (actor?: StaffActor) => ({
  ...directClient(house.catalog.running, RegistryService, actor),
  ...directClient(house.identity.running, AppService, actor),
});
const operator = () => clients();
const staff = (role: Role, department: string, division: string) =>
  clients({
    kind: "staff",
    node: "440100",
    account: "440100-li",
    name: "李明",
    department,
    division,
    roles: [role],
  });
/** A county's management body sits in one of its departments; the city's sees all of the node. */
const county = () => staff("administrator", TIANHE, "440106");
const city = () => staff("administrator", TIANHE, "440100");
const app = (departmentCode: string, key: string) => ({
  requestId: randomUUID(),
  app: { key, name: "系统", departmentCode, scopes: ["issue.read"] },
});
const denied = (field: string) => ({ reason: "PERMISSION_DENIED", fields: [{ field }] });

beforeAll(async () => {
  house = await openCore();
  const put = (code: string, division: string) =>
    operator().putDepartment({ department: { code, name: "局", division } });
  await put(TIANHE, "440106");
  await put(FUTIAN, "440114");
  for (const code of [TIANHE, FUTIAN] as const) await operator().putApp(app(code, APPS[code]));
});
afterAll(() => house.close());

describe("staff of a management body keep the registry of their division and below alone (4.2, 6.2.1.2)", () => {
  test("putting departments, apps and matters, and named in the evidence (5.9.5)", async () => {
    const closed = { department: { code: TIANHE, name: "局", division: "440106", closed: true } };
    await county().putDepartment(closed);
    const [line] = house.catalog.test.evidence.filter(({ kind }) => kind === "registry-changed").slice(-1);
    expect(line?.body).toMatchObject({ kind: "department", key: TIANHE, by: "staff/440100-li" });
    await operator().putDepartment({ department: { ...closed.department, closed: false } });
    const moved = { department: { code: TIANHE, name: "天河局", division: "440114" } };
    await expect(county().putDepartment(moved)).rejects.toMatchObject(denied("department.division"));
    const taken = { department: { code: FUTIAN, name: "局", division: "440106" } };
    await expect(county().putDepartment(taken)).rejects.toMatchObject(denied("department.division"));
    await expect(county().putApp(app(FUTIAN, "440100-other"))).rejects.toMatchObject(denied("app.department_code"));
    await expect(county().putApp(app(TIANHE, APPS[FUTIAN]))).rejects.toMatchObject(denied("app.department_code"));
    await expect(county().putApp(app(TIANHE, "440100-second"))).resolves.toMatchObject({ app: { node: "440100" } });
    const matter = { matter: { code: "M1", name: "事项", departmentCode: FUTIAN, appKeys: [] } };
    await expect(county().putMatter(matter)).rejects.toMatchObject(denied("matter.department_code"));
    await expect(city().putMatter(matter)).resolves.toMatchObject({ matter: { departmentCode: FUTIAN } });
  });

  test("nothing of the registry changes without a line of evidence, also where that failed and the same is put again (5.9.5)", async () => {
    const { runtime, evidence } = house.catalog.test;
    vi.spyOn(runtime.evidence, "append").mockRejectedValueOnce(new Error("the disk is full"));
    onTestFinished(() => void vi.restoreAllMocks());
    const matter = { code: "M9", name: "事项", departmentCode: TIANHE, appKeys: [] };
    await expect(county().putMatter({ matter })).rejects.toThrow();
    await expect(operator().getMatter({ code: "M9" })).rejects.toMatchObject({ reason: "MATTER_UNKNOWN" });
    await county().putMatter({ matter });
    const lines = evidence.filter(({ kind, body }) => kind === "registry-changed" && body.key === "M9");
    expect(lines).toHaveLength(1);
  });

  test("revoking tokens and reading: a record beyond reach is answered as one that does not exist", async () => {
    const revoked = (appKey: string) => county().revokeTokens({ appKey, cause: "泄露" });
    await expect(revoked(APPS[TIANHE])).resolves.toMatchObject({ tokensNotBefore: expect.any(String) });
    await expect(revoked(APPS[FUTIAN])).rejects.toMatchObject({ reason: "APP_UNKNOWN" });
    const locked = (appKey: string) => county().revokeSecret({ appKey, cause: "泄露" });
    await expect(locked(APPS[TIANHE])).resolves.toMatchObject({ app: { key: APPS[TIANHE] } });
    await expect(locked(APPS[FUTIAN])).rejects.toMatchObject({ reason: "APP_UNKNOWN" });
    await expect(county().getApp({ key: APPS[FUTIAN] })).rejects.toMatchObject({ reason: "APP_UNKNOWN" });
    await expect(county().getApp({ key: APPS[TIANHE] })).resolves.toMatchObject({ app: { departmentCode: TIANHE } });
    const auditor = staff("auditor", FUTIAN, "440114");
    await expect(auditor.getApp({ key: APPS[TIANHE] })).rejects.toMatchObject({ reason: "APP_UNKNOWN" });
    await expect(auditor.getApp({ key: APPS[FUTIAN] })).resolves.toMatchObject({ app: { departmentCode: FUTIAN } });
  });

  test("lists of the whole node are for whoever sees all of it", async () => {
    await expect(city().listApps({})).resolves.toMatchObject({ apps: { length: 3 } });
    await expect(county().listApps({})).rejects.toMatchObject({ reason: "PERMISSION_DENIED" });
  });

  test("departments are found by a part of code or name and by their superior, apps by a part of key or name and by their department (6.2.4.1)", async () => {
    const unit = { code: "114401000000990029", name: "天湾所", division: "440106", superiorCode: TIANHE };
    await operator().putDepartment({ department: unit });
    const found = async (asked: object) => (await city().listDepartments(asked)).departments.map(({ code }) => code);
    expect(await found({ search: "天湾" })).toEqual([unit.code]);
    expect(await found({ search: FUTIAN.slice(4) })).toEqual([FUTIAN]);
    expect(await found({ superiorCode: TIANHE })).toEqual([unit.code]);
    expect(await found({ superiorCode: TIANHE, search: "所无" })).toEqual([]);
    await expect(city().listDepartments({ search: "x", pageToken: "x" })).rejects.toMatchObject({
      reason: "INVALID_FIELD",
    });
    const apps = async (asked: object) => (await city().listApps(asked)).apps.map(({ key }) => key);
    expect(await apps({ search: "TIANHE" })).toEqual([APPS[TIANHE]]);
    expect(await apps({ departmentCode: FUTIAN })).toEqual([APPS[FUTIAN]]);
  });
});

test("the console of a department is named after it, has no secret, and nobody gets a token for it (5.9.2)", async () => {
  const key = consoleApp("440100", TIANHE);
  const put = (departmentCode: string) => operator().putApp(app(departmentCode, key));
  await expect(put(FUTIAN)).rejects.toMatchObject({ reason: "INVALID_FIELD", fields: [{ field: "app.key" }] });
  await expect(put(TIANHE)).resolves.toMatchObject({ app: { key, departmentCode: TIANHE }, secret: "" });
  const rotated = operator().putApp({ ...app(TIANHE, key), rotateSecret: true });
  await expect(rotated).rejects.toMatchObject({ fields: [{ field: "rotate_secret" }] });
  const token = house.client(TokenService).issueAccessToken({ appKey: key, appSecret: "" });
  await expect(token).rejects.toMatchObject({ reason: "CREDENTIAL_REFUSED" });
});

test("the provider whose tokens prove who works behind an app is told with its usage terms, and is reached by HTTPS alone (5.9.3)", async () => {
  const operatorProvider = {
    issuer: "https://oa.example",
    audience: "ecert",
    jwksUrl: "https://oa.example/jwks",
    caPem: "",
  };
  const put = app(TIANHE, "440100-counter");
  await operator().putApp({ ...put, app: { ...put.app, operatorProvider } });
  const matter = {
    code: "M2",
    name: "事项",
    departmentCode: TIANHE,
    appKeys: ["440100-counter"],
    enabledOn: "2026-01-01",
  };
  await operator().putMatter({ matter: { ...matter, items: [{ itemCode: "YYZZ" }] } });
  const asked = { appKey: "440100-counter", matterCode: "M2", day: "2026-06-01" };
  await expect(house.client(TermsService).getUsageTerms(asked)).resolves.toMatchObject({ operatorProvider });
  const plain = create(AppSchema, {
    ...put.app,
    operatorProvider: { ...operatorProvider, jwksUrl: "http://oa.example/jwks" },
  });
  expect(() => checkFieldRules(AppSchema, plain)).toThrow(/operator_provider\.jwks_url/);
});
