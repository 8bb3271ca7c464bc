import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { create, toJson } from "@bufbuild/protobuf";
import { type Client, createClient } from "@connectrpc/connect";
import { ChannelCredentials, Client as GrpcClient } from "@grpc/grpc-js";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { CatalogItemContentSchema } from "../../proto/gen/ecert/catalog/v1/catalog_item_pb.ts";
import { ListService } from "../../proto/gen/ecert/catalog/v1/list_service_pb.ts";
import { OpeningHaltKind } from "../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import { RegistryService } from "../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { AppService } from "../../proto/gen/ecert/identity/v1/app_service_pb.ts";
import { grpcTransport } from "../../services/call/client/grpc-transport.ts";
import { ITEMS, type ItemDocument, RECORDS, type RegistryDocument } from "../../services/catalog/stored/records.ts";
import type { JsonObject } from "../../services/domain/canonical.ts";
import { shanghaiDay } from "../../services/domain/civil-date.ts";
import { socialCreditCheckCharacter } from "../../services/domain/social-credit-code.ts";
import type { NodeConfig } from "../../services/host/config.ts";
import { openStore } from "../../services/store/open.ts";
import { licenceContent } from "../fixtures/licence-content.ts";
import { callFrom, reasonIn } from "./call-from.ts";
import { eventually } from "./eventually.ts";
import { makeNodeFiles, NODE } from "./node-files.ts";
import { standingStill } from "./stand-still.ts";

const HOLDER_BODY = "91440101MA59K2K3X";
const HOLDER = HOLDER_BODY + socialCreditCheckCharacter(HOLDER_BODY);
const MAIN = join(import.meta.dirname, "../../services/main.ts");
const DEPARTMENT = "114401000000990003";
const [ITEM, SEAL, MATTER, APP] = ["YYZZ", "SEAL-0003", "440100-M-01", `${NODE}-system`];
const files = makeNodeFiles();
const operator = files.identity(files.certify("operator", ["ops"]));
const { ca } = operator;
const opening = { itemCode: ITEM, departmentCode: DEPARTMENT, appKey: APP, sealCode: SEAL, opensOn: "2026-01-01" };
const matter = { code: MATTER, name: "事项", departmentCode: DEPARTMENT, appKeys: [APP], enabledOn: "2026-01-01" };

interface Running {
  child: ChildProcess;
  addresses: Record<string, string>;
}

const processes: Running[] = [];
/** Catalog and identity; the two others keep what the catalog decides. */
let home: Running;
let issue: Running;
let usage: Running;
let registry: Client<typeof RegistryService>;
let apps: Client<typeof AppService>;
let channel: GrpcClient;
let token: string;
let count = 0;

async function start(config: NodeConfig): Promise<Running> {
  const file = join(files.directory, `${randomUUID()}.json`);
  writeFileSync(file, JSON.stringify(config));
  const child = spawn(process.execPath, [MAIN, "--config", file], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await once(createInterface(child.stdout), "line");
  const running = { child, addresses: JSON.parse(line).addresses };
  processes.push(running);
  return running;
}

/** What the province would have published, and a seal: their signatures are looked at by agents, of which there is none here. */
async function plant({ dataDirectory }: NodeConfig): Promise<void> {
  const store = await openStore({ engine: "sqlite", directory: join(dataDirectory, "store"), name: "catalog" });
  const content = toJson(CatalogItemContentSchema, create(CatalogItemContentSchema, licenceContent)) as JsonObject;
  const published = {
    publishedAt: "2026-01-01T00:00:00Z",
    publishedVersion: 1,
    publisher: "440000",
    signature: "AA==",
  };
  await (await store.collection<ItemDocument>(ITEMS)).insert({
    ...{ _id: `${ITEM}/1`, revision: 1, code: ITEM, version: 1, digest: "0", content },
    ...{ registeredAt: "2026-01-01T00:00:00Z", ...published },
  });
  const value = {
    ...{
      code: SEAL,
      name: "专用章",
      departmentCode: DEPARTMENT,
      signingCertificatePem: readFileSync(files.caFile, "utf8"),
    },
    pictureJson: JSON.stringify({ kind: "round", name: "某局专用章", diameter: 42 }),
  };
  const seal = {
    _id: `seal/${NODE}/${SEAL}`,
    revision: 1,
    kind: "seal",
    node: NODE,
    key: SEAL,
    changes: 1,
    value,
  } as const;
  await (await store.collection<RegistryDocument>(RECORDS.seal)).insert(seal);
  await store.close();
}

beforeAll(async () => {
  const signers = { anchorFiles: [files.caFile] };
  const config = files.config(["catalog", "identity"], { signers });
  await plant(config);
  home = await start(config);
  const addresses = [home.addresses.mesh as string];
  const mesh = { catalog: { addresses }, identity: { addresses } };
  [issue, usage] = await Promise.all([
    start(files.config(["issue"], { mesh, signers })),
    start(files.config(["usage"], { mesh, signers })),
  ]);
  channel = new GrpcClient(addresses[0] as string, ChannelCredentials.createSsl(ca, operator.key, operator.cert));
  const transport = grpcTransport(channel, {});
  registry = createClient(RegistryService, transport);
  apps = createClient(AppService, transport);
  await registry.putDepartment({ department: { code: DEPARTMENT, name: "某局", division: "440100" } });
  const secret = await putApp({});
  const lines = [{ itemCode: ITEM, target: "440100", from: "2026-01-01" }];
  await createClient(ListService, transport).setUpList({ change: { id: "first-list", division: "440100", lines } });
  await registry.putIssuingOpening({ opening: { ...opening, attested: true } });
  await putMatter({});
  const method = "ecert.identity.v1.TokenService/IssueAccessToken";
  const listener = home.addresses.connect as string;
  token = (await callFrom("127.0.0.1", listener, method, { appKey: APP, appSecret: secret }, { ca })).body.accessToken;
}, 240_000);

afterAll(() => {
  channel?.close();
  for (const { child } of processes) child.kill("SIGKILL");
  files.remove();
});

const putApp = async (change: object) => {
  const scopes = ["issue.make", "issue.issue", "usage.use"];
  const app = { key: APP, name: "某系统", departmentCode: DEPARTMENT, scopes, ...change };
  return (await apps.putApp({ requestId: randomUUID(), app })).secret;
};
const putMatter = (change: object) =>
  registry.putMatter({ matter: { ...matter, items: [{ itemCode: ITEM, fields: ["address"] }], ...change } });
const halted = (kind: OpeningHaltKind) => ({ halt: { kind, cause: "整改" } });
const putOpening = (change: object) =>
  registry.putIssuingOpening({ opening: { ...opening, ...change }, updateMask: { paths: ["halt"] } });

const call = async ({ addresses }: Running, method: string, message: object) =>
  reasonIn(await callFrom("127.0.0.1", addresses.connect as string, method, message, { ca, token }));

function make(serial = `s-${count++}`): Promise<string> {
  const holders = [{ name: "某公司", codeType: "001", code: HOLDER }];
  const order = { businessSerial: serial, itemCode: ITEM, issuerCode: DEPARTMENT, issueDate: shanghaiDay(new Date()) };
  const data = { address: "越秀区" };
  return call(issue, "ecert.issue.v1.IssueService/MakeCertificate", { order: { ...order, holders, data } });
}

function use(): Promise<string> {
  const context = {
    ...{ purpose: "核验", itemCodes: [ITEM], businessId: `b-${count++}`, stage: "受理", outlet: "窗口" },
    ...{ holder: { name: "张三", codeType: "111", code: "110101199003074610" }, departmentCode: DEPARTMENT },
    ...{ businessTime: new Date().toISOString(), operator: { account: "li", name: "李四" }, matterCode: MATTER },
  };
  return call(usage, "ecert.usage.v1.UsageService/CreateUsageContext", { requestId: randomUUID(), context });
}

async function kept({ addresses }: Running, name: string): Promise<number> {
  const metrics = await (await fetch(`http://${addresses.admin}/metrics`)).text();
  return Number(new RegExp(`^ecert_${name}\\w*\\{[^}]*from="kept"[^}]*\\} (\\d+)$`, "m").exec(metrics)?.[1] ?? 0);
}

/** Waits as long as the promise says: 5 seconds. */
const within5s = (answer: () => Promise<string>, reason: string) =>
  vi.waitFor(async () => expect(await answer()).toBe(reason), { timeout: 5_000, interval: 50 });

test("terms are asked for once and kept by the processes of issue and usage", async () => {
  await eventually(async () => {
    expect([await make(), await use()]).toEqual(["OK", "OK"]);
    expect(await kept(issue, "issue_terms")).toBeGreaterThan(1);
    expect(await kept(usage, "usage_terms")).toBeGreaterThan(1);
  });
});

test("6.2.4.2: a suspended opening makes and issues nothing in another process within 5 seconds, and resumed it does", async () => {
  expect(await make("before")).toBe("OK");
  await putOpening(halted(OpeningHaltKind.SUSPENDED));
  await within5s(make, "OPENING_SUSPENDED");
  const issued = await call(issue, "ecert.issue.v1.IssueService/IssueCertificate", { businessSerial: "before" });
  expect(issued).toBe("OPENING_SUSPENDED");
  await putOpening({});
  await within5s(make, "OK");
});

test("6.2.4.4: a suspended matter uses nothing in another process within 5 seconds, and resumed it does", async () => {
  await putMatter(halted(OpeningHaltKind.SUSPENDED));
  await within5s(use, "MATTER_NOT_OPENED");
  await putMatter({});
  await within5s(use, "OK");
});

test("6.4.6.1: what becomes of an app at identity reaches terms in the third process: a matter of a department that it acts for no more", async () => {
  const other = "11440106MB9DEM11X6";
  await registry.putDepartment({ department: { code: other, name: "他局", division: "440100" } });
  await putApp({ departmentCode: other });
  await within5s(use, "PERMISSION_DENIED");
  await putApp({});
  await within5s(use, "OK");
});

test("5.9.4: nothing that is kept is used where the catalog stands still; when it goes on it is", async () => {
  expect(await make()).toBe("OK");
  await standingStill([home.child.pid as number], () => eventually(async () => expect(await make()).not.toBe("OK")));
  await eventually(async () => expect(await make()).toBe("OK"));
});

test("5.9.4: a seal that is unbound makes nothing within 5 seconds, and with the catalog killed nothing is made by what was kept", async () => {
  await registry.unbindSeal({ code: SEAL, cause: "密钥遗失" });
  await within5s(make, "SEAL_UNBOUND");
  expect(await use()).toBe("OK");
  home.child.kill("SIGKILL");
  await once(home.child, "exit");
  await eventually(async () => expect(await use()).not.toBe("OK"));
});
