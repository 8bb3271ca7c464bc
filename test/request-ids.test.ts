import { randomUUID } from "node:crypto";
import { globSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DescMethod, DescService } from "@bufbuild/protobuf";
import { MethodOptions_IdempotencyLevel } from "@bufbuild/protobuf/wkt";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createAuthority } from "../ops/authority/authority.ts";
import { RegistryService } from "../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { TermsService } from "../proto/gen/ecert/catalog/v1/terms_service_pb.ts";
import { AppService } from "../proto/gen/ecert/identity/v1/app_service_pb.ts";
import { FileFormat } from "../proto/gen/ecert/type/v1/file_pb.ts";
import { UsageService } from "../proto/gen/ecert/usage/v1/usage_service_pb.ts";
import { parseJsonRequest, parseRequest } from "../services/call/request/parse-request.ts";
import type { Actor } from "../services/domain/actor.ts";
import type { RunningService, ServiceModule } from "../services/node/runtime.ts";
import { usageService } from "../services/usage/main.ts";
import { openCore, type TestCore } from "./fixtures/core.ts";
import { directClient, openTestRuntime, type TestRuntime, type TestRuntimeOptions } from "./fixtures/runtime.ts";
import { identifierOf } from "./fixtures/signed-record.ts";
import { type House, type Instance, openHouse } from "./issue/house.ts";
import { issued } from "./issue/road.ts";
import { context as caseContext, HOLDER, openUsageScene, PROVIDER, type UsageScene } from "./usage/scene.ts";

const GENERATED = join(import.meta.dirname, "../proto/gen/ecert");
const modules = await Promise.all(
  globSync("**/*_pb.ts", { cwd: GENERATED }).map((path) => import(join(GENERATED, path))),
);
/** Every method of the contracts, and those whose requests carry an id: found by the descriptors, so that none can be forgotten. */
const methods = modules
  .flatMap((module) => Object.values(module) as { kind?: string }[])
  .filter((one): one is DescService => one?.kind === "service")
  .flatMap((service) => service.methods);
const identified = methods.filter(({ input }) => input.fields.some(({ name }) => name === "request_id"));

const DEPARTMENT = "114401000000990003";
const context = {
  purpose: "核验主体资格",
  holder: { name: "岭海云帆软件有限公司", code: "91440106MA9DEM2A6K", codeType: "001" },
  itemCodes: ["YYZZ"],
  businessId: "YW-1",
  stage: "受理",
  outlet: "12 号窗口",
  businessTime: "2026-11-24T02:00:00Z",
  departmentCode: DEPARTMENT,
  operator: { account: "zhangsan", name: "张示例" },
  matterCode: "M1",
};
const app = { key: "440100-repeated", name: "审批系统", departmentCode: DEPARTMENT, scopes: ["issue.make"] };

/** A method that honours ids: a call, one with other content, and the evidence that tells how often it took place. */
interface Case {
  call(requestId: string): Promise<unknown>;
  other(requestId: string): Promise<unknown>;
  evidence: { of: Pick<TestRuntime, "evidence">; kind: string };
}

const closing: (() => Promise<void>)[] = [];
let core: TestCore;
let usage: Started;
let showing: UsageScene;
let house: House;
let city: Instance;

interface Started {
  running: RunningService;
  opened: TestRuntime;
}

async function start(module: ServiceModule, options: Partial<TestRuntimeOptions> = {}): Promise<Started> {
  const opened = await openTestRuntime({ service: module.name, now: "2026-11-24T02:00:00Z", ...options });
  const running = await module.start(opened.runtime);
  closing.push(async () => {
    const closed = opened.close();
    await running.stop();
    await closed;
  });
  return { running, opened };
}

beforeAll(async () => {
  const directory = mkdtempSync(join(tmpdir(), "ecert-request-ids-"));
  closing.push(async () => rmSync(directory, { recursive: true }));
  writeFileSync(join(directory, "anchor.pem"), createAuthority(join(directory, "authority")).certificates.signing);
  core = await openCore({ now: "2026-11-24T02:00:00Z" });
  closing.push(() => core.close());
  await registry().putDepartment({ department: { code: DEPARTMENT, name: "市场监督管理局", division: "440100" } });
  const getUsageTerms = async () => ({
    matter: { node: "440100", items: [{ itemCode: "YYZZ", fields: [], files: [] }] },
    department: { code: DEPARTMENT },
  });
  usage = await start(usageService, {
    config: { signers: { anchorFiles: [join(directory, "anchor.pem")] } },
    clients: { [TermsService.typeName]: { getUsageTerms } },
  });
  showing = await openUsageScene();
  closing.push(() => showing.close());
  showing.records = [showing.record("shown"), showing.record("shown-2")];
  house = await openHouse();
  closing.push(() => house.close());
  city = await house.start();
  await city.connectAgent();
}, 60_000);

afterAll(async () => {
  for (const close of closing.reverse()) await close();
});

const registry = () => core.client(RegistryService);
const apps = () => core.client(AppService);
const usageFor = (key: string) => {
  const caller: Actor = { kind: "app", app: key, department: DEPARTMENT, node: "440100", scopes: [] };
  return directClient(usage.running, UsageService, caller);
};
/** A use of the certificate of the scene, under a new code. */
async function useOnce(
  kind: string,
  use: (
    client: ReturnType<UsageScene["usage"]>,
    which: { usageCode: string; identifier: string; requestId: string },
  ) => Promise<unknown>,
): Promise<Case> {
  const usageCode = await showing.code();
  const call = (requestId: string, name = "shown") =>
    use(showing.usage(), { usageCode, identifier: identifierOf(name), requestId });
  return { call, other: (requestId) => call(requestId, "shown-2"), evidence: { of: showing.environment, kind } };
}
const changed = () => ({ of: house, kind: "certificate-changed" });

async function change(rpc: "revokeCertificate" | "suspendCertificate" | "resumeCertificate"): Promise<Case> {
  const { identifier } = await issued(city, house.order());
  if (rpc === "resumeCertificate") {
    await city.issue.suspendCertificate({ requestId: randomUUID(), identifier, cause: "立案" });
  }
  return {
    call: (requestId) => city.issue[rpc]({ requestId, identifier, cause: "原因" }),
    other: (requestId) => city.issue[rpc]({ requestId, identifier, cause: "另一原因" }),
    evidence: changed(),
  };
}

const CASES: Record<string, () => Promise<Case>> = {
  "ecert.identity.v1.AppService/PutApp": async () => ({
    call: (requestId) => apps().putApp({ requestId, app, rotateSecret: true }),
    other: (requestId) => apps().putApp({ requestId, app: { ...app, name: "别名" }, rotateSecret: true }),
    evidence: { of: core.identity.test, kind: "registry-changed" },
  }),
  "ecert.usage.v1.UsageService/CreateUsageContext": async () => ({
    call: (requestId) => usageFor(app.key).createUsageContext({ requestId, context }),
    other: (requestId) =>
      usageFor(app.key).createUsageContext({ requestId, context: { ...context, businessId: "YW-2" } }),
    evidence: { of: usage.opened, kind: "usage-context-created" },
  }),
  "ecert.usage.v1.UsageService/VerifyCertificate": () =>
    useOnce("certificate-verified", (client, which) => client.verifyCertificate(which)),
  "ecert.usage.v1.UsageService/ExtractData": () =>
    useOnce("certificate-extracted", (client, which) => client.extractData({ ...which, fields: ["name"] })),
  "ecert.usage.v1.UsageService/FetchFile": () =>
    useOnce("certificate-fetched", (client, which) => client.fetchFile({ ...which, format: FileFormat.PDF })),
  "ecert.usage.v1.UsageService/RedeemPresentation": async () => {
    const holder = showing.holder({ kind: "holder", ...HOLDER, provider: PROVIDER });
    const { text } = await holder.createPresentation({ identifier: identifierOf("shown"), fields: ["name"] });
    const redeem = (requestId: string, change: object = {}) =>
      showing.usage().redeemPresentation({ requestId, presentation: text, context: { ...caseContext, ...change } });
    return {
      call: redeem,
      other: (requestId) => redeem(requestId, { businessId: "YW-2" }),
      evidence: { of: showing.environment, kind: "presentation-redeemed" },
    };
  },
  "ecert.usage.v1.HolderService/ReportError": async () => {
    const holder = showing.holder({ kind: "holder", ...HOLDER, provider: PROVIDER });
    const report = (requestId: string, text: string) =>
      holder.reportError({ requestId, identifier: identifierOf("shown"), field: "name", text });
    return {
      call: (requestId) => report(requestId, "名称少了一个字"),
      other: (requestId) => report(requestId, "地址有误"),
      evidence: { of: showing.environment, kind: "error-reported" },
    };
  },
  "ecert.issue.v1.IssueService/DiscardCertificate": async () => {
    const order = house.order();
    await city.issue.makeCertificate(order);
    const { businessSerial } = order.order;
    return {
      call: (requestId) => city.issue.discardCertificate({ requestId, businessSerial, cause: "录入错误" }),
      other: (requestId) => city.issue.discardCertificate({ requestId, businessSerial, cause: "另一原因" }),
      evidence: changed(),
    };
  },
  "ecert.issue.v1.IssueService/RevokeCertificate": () => change("revokeCertificate"),
  "ecert.issue.v1.IssueService/SuspendCertificate": () => change("suspendCertificate"),
  "ecert.issue.v1.IssueService/ResumeCertificate": () => change("resumeCertificate"),
};

/** May be left out, for systems of before: only a caller that gives one may repeat the call. */
const OPTIONAL = ["VerifyCertificate", "ExtractData", "FetchFile"];

test("request ids stand only in requests of methods that honour them, and these may be repeated by clients", () => {
  expect(identified.map(({ parent, name }) => `${parent.typeName}/${name}`).sort()).toEqual(Object.keys(CASES).sort());
  const { IDEMPOTENT, IDEMPOTENCY_UNKNOWN } = MethodOptions_IdempotencyLevel;
  for (const { idempotency, name } of identified)
    expect(idempotency).toBe(OPTIONAL.includes(name) ? IDEMPOTENCY_UNKNOWN : IDEMPOTENT);
});

describe.each(Object.keys(CASES))("%s", (name) => {
  test("does once what is asked twice, or twice at once, and gives the same answer", async () => {
    const { call, other, evidence } = await (CASES[name] as () => Promise<Case>)();
    const times = () => evidence.of.evidence.filter(({ kind }) => kind === evidence.kind).length;
    const before = times();
    const requestId = randomUUID();
    const first = await call(requestId);
    expect(await call(requestId)).toEqual(first);
    expect(await Promise.all([call(requestId), call(requestId)])).toEqual([first, first]);
    expect(times()).toBe(before + 1);
    const reused = { reason: "REQUEST_ID_REUSED", fields: [{ field: "request_id" }] };
    await expect(other(requestId)).rejects.toMatchObject(reused);
    expect(times()).toBe(before + 1);
  });
});

/** Requests that once had an id and did not honour it: it is gone, and what they name makes them idempotent. */
const GONE = [
  "catalog.v1.RegisterCatalogItemRequest",
  "catalog.v1.PublishCatalogItemRequest",
  "catalog.v1.PutDepartmentRequest",
  "catalog.v1.PutSealRequest",
  "catalog.v1.UnbindSealRequest",
  "catalog.v1.PutIssuingOpeningRequest",
  "catalog.v1.PutMatterRequest",
  "issue.v1.MakeCertificateRequest",
  "issue.v1.IssueCertificateRequest",
  "issue.v1.ReplaceCertificateRequest",
];

test.each(GONE)("%s has no id: in JSON it is told, in binary form it is passed over", (name) => {
  const method = methods.find(({ input }) => input.typeName === `ecert.${name}`);
  expect(method?.idempotency).toBe(MethodOptions_IdempotencyLevel.IDEMPOTENT);
  const { input } = method as DescMethod;
  expect(input.proto.reservedName).toEqual(["request_id"]);
  const json = Buffer.from('{"requestId":"1"}');
  expect(() => parseJsonRequest(input, json)).toThrow(
    expect.objectContaining({ reason: "UNKNOWN_FIELD", fields: [expect.objectContaining({ field: "requestId" })] }),
  );
  // Field 1, one byte: what a client of before sends.
  expect(parseRequest(input, Uint8Array.from([0x0a, 0x01, 0x31]), 100)).toMatchObject({ $typeName: input.typeName });
});

test("records that are put again as they are change nothing and leave no line", async () => {
  const evidence = () => core.catalog.test.evidence.length + core.identity.test.evidence.length;
  const department = { code: "11440106MB9DEM11X6", name: "政务服务局", division: "440106" };
  const matter = { code: "M-1", name: "开办企业", departmentCode: department.code };
  const put = async () => [
    await registry().putDepartment({ department }),
    await registry().putMatter({ matter }),
    await apps().putApp({ requestId: randomUUID(), app: { ...app, key: "440100-again" } }),
  ];
  const first = await put();
  const before = evidence();
  const again = await put();
  expect(again.slice(0, 2)).toEqual(first.slice(0, 2));
  expect(again[2]).toMatchObject({ secret: "" });
  expect(evidence()).toBe(before);
});

describe("a request id", () => {
  test("of two first calls at once stands for one answer", async () => {
    const requestId = randomUUID();
    const [one, other] = await Promise.all(
      [1, 2].map(() => usageFor(app.key).createUsageContext({ requestId, context })),
    );
    expect(one?.usageCode).toBe(other?.usageCode);
  });

  test("is its caller's own: another app's same id stands for another answer", async () => {
    const requestId = "1";
    const mine = await usageFor(app.key).createUsageContext({ requestId, context });
    const theirs = await usageFor("440100-other").createUsageContext({ requestId, context });
    expect(theirs.usageCode).not.toBe(mine.usageCode);
  });

  test("under which one certificate was changed changes no other", async () => {
    const [one, other] = [await issued(city, house.order()), await issued(city, house.order())];
    const requestId = randomUUID();
    await city.issue.suspendCertificate({ requestId, identifier: one.identifier, cause: "立案" });
    const reused = { reason: "REQUEST_ID_REUSED" };
    for (const rpc of ["suspendCertificate", "revokeCertificate"] as const) {
      const again = city.issue[rpc]({ requestId, identifier: other.identifier, cause: "立案" });
      await expect(again).rejects.toMatchObject(reused);
    }
    await expect(
      city.issue.revokeCertificate({ requestId, identifier: one.identifier, cause: "立案" }),
    ).rejects.toMatchObject(reused);
  });

  test("and its answer cannot be read in the store, nor opened by whoever guesses the id", async () => {
    const requestId = "guessable";
    const { usageCode } = await usageFor(app.key).createUsageContext({ requestId, context });
    const { secret } = await apps().putApp({ requestId, app: { ...app, key: "440100-sealed" } });
    const answers = await core.identity.test.runtime.store.collection({
      name: "identity_answers",
      indexes: [{ name: "at", fields: ["at"] }],
    });
    const codes = await usage.opened.runtime.store.collection({
      name: "usage_codes",
      indexes: [{ name: "ending", fields: ["grant.expiresAt"] }],
    });
    const stored = JSON.stringify([
      await answers.query({ index: "at", limit: 1000 }),
      await codes.query({ index: "ending", limit: 1000 }),
    ]);
    expect(stored).toContain("sealed");
    for (const hidden of [requestId, usageCode, secret, Buffer.from(secret).toString("base64")]) {
      expect(stored).not.toContain(hidden);
    }
  });

  test("of PutApp is free again after 24 hours", async () => {
    const requestId = randomUUID();
    const put = () => apps().putApp({ requestId, app: { ...app, key: "440100-later" }, rotateSecret: true });
    const { secret } = await put();
    core.setNow("2026-11-25T01:59:59Z");
    expect((await put()).secret).toBe(secret);
    core.setNow("2026-11-25T02:00:00Z");
    expect((await put()).secret).not.toBe(secret);
  });
});
