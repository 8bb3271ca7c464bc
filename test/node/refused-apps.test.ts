import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type Client, createClient } from "@connectrpc/connect";
import { ChannelCredentials, Client as GrpcClient } from "@grpc/grpc-js";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { RegistryService } from "../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { AppService } from "../../proto/gen/ecert/identity/v1/app_service_pb.ts";
import { grpcTransport } from "../../services/call/client/grpc-transport.ts";
import type { NodeConfig } from "../../services/host/config.ts";
import { callFrom, reasonIn } from "./call-from.ts";
import { makeNodeFiles } from "./node-files.ts";

const MAIN = join(import.meta.dirname, "../../services/main.ts");
const DEPARTMENT = "114401000000990003";
const OTHER_DEPARTMENT = "11440106MB9DEM11X6";
const files = makeNodeFiles();
const operator = files.identity(files.certify("operator", ["ops"]));
const { ca } = operator;

/** A process of the node, as `services/main.ts` runs it. */
interface Running {
  child: ChildProcess;
  addresses: Record<string, string>;
}

const processes: Running[] = [];
/** Catalog and identity, whose process gives tokens. */
let home: Running;
let apps: Client<typeof AppService>;
let channel: GrpcClient;

async function start(services: NodeConfig["services"], changes: Partial<NodeConfig> = {}): Promise<Running> {
  const file = join(files.directory, `${randomUUID()}.json`);
  writeFileSync(file, JSON.stringify(files.config(services, changes)));
  const child = spawn(process.execPath, [MAIN, "--config", file], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await once(createInterface(child.stdout), "line");
  const running = { child, addresses: JSON.parse(line).addresses };
  processes.push(running);
  return running;
}

beforeAll(async () => {
  home = await start(["catalog", "identity"]);
  const changes = {
    mesh: Object.fromEntries(
      ["catalog", "identity"].map((name) => [name, { addresses: [home.addresses.mesh as string] }]),
    ),
    signers: { anchorFiles: [files.caFile] },
  };
  await Promise.all([start(["usage"], changes), start(["usage"], { ...changes, replica: "b" })]);
  const credentials = ChannelCredentials.createSsl(ca, operator.key, operator.cert);
  channel = new GrpcClient(home.addresses.mesh as string, credentials);
  apps = createClient(AppService, grpcTransport(channel, {}));
  const registry = createClient(RegistryService, grpcTransport(channel, {}));
  for (const code of [DEPARTMENT, OTHER_DEPARTMENT]) {
    await registry.putDepartment({ department: { code, name: "某局", division: "440100" } });
  }
}, 60_000);

afterAll(async () => {
  channel.close();
  for (const { child } of processes) child.kill("SIGKILL");
  files.remove();
});

const appOf = (key: string, departmentCode = DEPARTMENT) => ({
  key,
  name: "某系统",
  departmentCode,
  scopes: ["usage.use"],
});

async function register(app: object): Promise<string> {
  return (await apps.putApp({ requestId: randomUUID(), app })).secret;
}

async function tokenOf(appKey: string, appSecret: string): Promise<string> {
  const method = "ecert.identity.v1.TokenService/IssueAccessToken";
  const answer = await callFrom("127.0.0.1", home.addresses.connect as string, method, { appKey, appSecret }, { ca });
  expect(reasonIn(answer)).toBe("OK");
  return answer.body.accessToken;
}

/** What each process says to a token, the one that gives tokens first: `OK` where it is taken. */
function everywhere(token: string, from = processes): Promise<string[]> {
  return Promise.all(
    from.map(async (running) => {
      const method =
        running === home ? "catalog.v1.RegistryService/ListMatters" : "usage.v1.UsageService/ListCertificates";
      const message = running === home ? {} : { usageCode: "A".repeat(22) };
      const listener = running.addresses.connect as string;
      const reason = reasonIn(await callFrom("127.0.0.1", listener, `ecert.${method}`, message, { ca, token }));
      return reason === "USAGE_CODE_UNKNOWN" ? "OK" : reason;
    }),
  );
}

/** Waits as long as the promise says: 5 seconds. */
const refusedEverywhere = (token: string) =>
  vi.waitFor(async () => expect(new Set(await everywhere(token))).toEqual(new Set(["TOKEN_REFUSED"])), {
    timeout: 5_000,
    interval: 50,
  });

test("5.9.3: revoked tokens are refused by every process of the node within 5 seconds, and new ones are taken", async () => {
  const secret = await register(appOf("440100-revoked"));
  const untouched = await tokenOf("440100-other", await register(appOf("440100-other")));
  const token = await tokenOf("440100-revoked", secret);
  expect(await everywhere(token)).toEqual(["OK", "OK", "OK"]);
  await apps.revokeTokens({ appKey: "440100-revoked", cause: "令牌外泄" });
  await refusedEverywhere(token);
  expect(await everywhere(await tokenOf("440100-revoked", secret))).toEqual(["OK", "OK", "OK"]);
  expect(await everywhere(untouched)).toEqual(["OK", "OK", "OK"]);
});

test("5.9.3: a disabled app is refused everywhere within 5 seconds, and enabled again needs a new token", async () => {
  const app = appOf("440100-disabled");
  const secret = await register(app);
  const token = await tokenOf(app.key, secret);
  expect(await everywhere(token)).toEqual(["OK", "OK", "OK"]);
  await register({ ...app, disabled: true });
  await refusedEverywhere(token);
  await register(app);
  expect(new Set(await everywhere(token))).toEqual(new Set(["TOKEN_REFUSED"]));
  expect(await everywhere(await tokenOf(app.key, secret))).toEqual(["OK", "OK", "OK"]);
});

test("an app makes as many calls a minute to a process as it may, and its department sees them", async () => {
  const quota = { callsPerMinute: 3, usageCodesPerDay: 7, holdersPerDay: 0 };
  const few = await tokenOf("440100-few", await register({ ...appOf("440100-few"), quota }));
  const other = await tokenOf("440100-seer", await register(appOf("440100-seer")));
  const foreign = await tokenOf("440100-foreign", await register(appOf("440100-foreign", OTHER_DEPARTMENT)));
  const listener = processes[1]?.addresses.connect as string;
  const use = (token: string, appKey: string) =>
    callFrom("127.0.0.1", listener, "ecert.usage.v1.UsageService/GetAppUse", { appKey }, { ca, token });
  // A new minute may begin once meanwhile.
  const answers = [];
  for (let call = 0; call < 8; call++) answers.push(await use(few, ""));
  expect(answers[0]?.body).toMatchObject({ appKey: "440100-few", calls: { used: "1", limit: "3" } });
  expect(new Set(answers.map(reasonIn))).toEqual(new Set(["OK", "RATE_EXCEEDED"]));
  const seen = await use(other, "440100-few");
  expect(seen.body).toMatchObject({ usageCodes: { limit: "7" }, holders: { limit: "100000" }, calls: { limit: "3" } });
  expect(reasonIn(await use(foreign, "440100-few"))).toBe("APP_UNKNOWN");
});

test("while catalog and identity are away, other processes take good tokens and refuse those that were revoked", async () => {
  const revoked = await tokenOf("440100-lost", await register(appOf("440100-lost")));
  const good = await tokenOf("440100-good", await register(appOf("440100-good")));
  await apps.revokeTokens({ appKey: "440100-lost", cause: "令牌外泄" });
  await refusedEverywhere(revoked);
  home.child.kill("SIGKILL");
  await once(home.child, "exit");
  const others = processes.filter((one) => one !== home);
  expect(await everywhere(good, others)).toEqual(["OK", "OK"]);
  expect(await everywhere(revoked, others)).toEqual(["TOKEN_REFUSED", "TOKEN_REFUSED"]);
});
