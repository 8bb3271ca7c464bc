import { type ChildProcess, execFile, spawn } from "node:child_process";
import { createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { json } from "node:stream/consumers";
import { promisify } from "node:util";
import { createClient } from "@connectrpc/connect";
import { createConnectTransport, createGrpcTransport } from "@connectrpc/connect-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RunningSandbox } from "../../ops/sandbox/run-sandbox.ts";
import { tied } from "../../ops/servers/tied.mjs";
import { readCatalogFiles } from "../../ops/trial/catalog-files.ts";
import { refusing } from "../../ops/trial/operator.ts";
import { passingFolder } from "../../ops/trial/passing-folder.ts";
import { freePorts } from "../../ops/trial/ports.ts";
import { UsageService } from "../../proto/gen/ecert/usage/v1/usage_service_pb.ts";
import { tokenKeys } from "../../services/call/chain/token-keys.ts";
import { tokenVerifier } from "../../services/call/chain/token-verifier.ts";
import { type Connector, createConnector, FileFormat, type Order, Verdict } from "../../services/client/index.ts";
import { type ProductionNode, startProduction } from "./production-node.ts";

/* 6.2.4, 6.4.4.1, 6.4.4.3: one command makes a sandbox with real processes; a department's system goes through the check in it. */

const MAIN = join(import.meta.dirname, "../../ops/ecert/main.ts");
const DIVISION = "440106";
const DEPARTMENT = "11440106MB9DEM11X6";
const licence = readCatalogFiles().find(({ file }) => file === "business-licence") as ReturnType<
  typeof readCatalogFiles
>[number];
const [holder] = licence.example.holders;
const today = new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Shanghai" }).format();

const folder = passingFolder("ecert-sandbox-");
const at = (name: string) => join(folder.path, name);
let running: ChildProcess;
let told: RunningSandbox["told"];
let production: ProductionNode;
let system: Connector;

/** What tells where a node listens for systems. */
type Listeners = Pick<ProductionNode, "public" | "connect" | "caFile">;

/** Posts to the Connect listener of the sandbox, or of another node; the answer is JSON. */
function post(
  path: string,
  headers: Record<string, string>,
  body: string,
  { connect, caFile }: Listeners = told,
): Promise<Record<string, never>> {
  return new Promise((resolve, reject) => {
    const options = { method: "POST", ca: readFileSync(caFile), headers };
    const asked = request(`${connect}${path}`, options, (answer) => json(answer).then(resolve as never, reject));
    asked.on("error", reject).end(body);
  });
}

/** Access tokens of the sandbox's system, or of another node's: by OAuth 2, and by RPC. */
async function tokensOf(
  at: Listeners & { appKey: string } = told,
  secret = readFileSync(told.secretFile, "utf8"),
): Promise<[string, string]> {
  const basic = Buffer.from(`${at.appKey}:${secret}`).toString("base64");
  const form = { authorization: `Basic ${basic}`, "content-type": "application/x-www-form-urlencoded" };
  const { access_token } = await post("/oauth2/token", form, "grant_type=client_credentials", at);
  const body = JSON.stringify({ appKey: at.appKey, appSecret: secret });
  const json = { "content-type": "application/json" };
  const { accessToken } = await post("/ecert.identity.v1.TokenService/IssueAccessToken", json, body, at);
  return [String(access_token), String(accessToken)];
}

/** How both listeners of a node answer a call with a token: `OK`, or the reason of the refusal. */
async function answersTo(token: string, at: Listeners): Promise<string[]> {
  const nodeOptions = { ca: readFileSync(at.caFile) };
  const grpc = createGrpcTransport({ baseUrl: at.public, nodeOptions });
  const connect = createConnectTransport({ baseUrl: at.connect, httpVersion: "1.1", nodeOptions });
  const headers = { authorization: `Bearer ${token}` };
  return Promise.all(
    [grpc, connect].map((transport) =>
      createClient(UsageService, refusing(transport))
        .getAppUse({}, { headers })
        .then(
          () => "OK",
          ({ reason }) => reason,
        ),
    ),
  );
}

/** Runs `ecert` and gives its exit code and output. */
async function ecert(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const done = promisify(execFile)(process.execPath, [MAIN, ...args]).then((output) => ({ code: 0, ...output }));
  return done.catch((error: { code: number; stdout: string; stderr: string }) => error);
}

const asOperator = () => {
  const { mesh, certificateFile, privateKeyFile } = told.operator;
  return ["--server", mesh, "--certificate", certificateFile, "--private-key", privateKeyFile, "--ca", told.caFile];
};

const order = (businessSerial: string, change: Partial<Order> = {}): Order => ({
  ...{ businessSerial, itemCode: licence.code, issuerCode: DEPARTMENT, holders: licence.example.holders },
  ...{ issueDate: today, validFrom: today, data: licence.example.data },
  ...change,
});

beforeAll(async () => {
  // Four ports in a row, twice, of which nobody else takes one: blocks are handed out in order.
  const ports = await freePorts(24);
  const four = (taken: number[] = []) =>
    ports.find((one) =>
      [0, 1, 2, 3].every((next) => ports.includes(one + next) && !taken.includes(one + next)),
    ) as number;
  const port = four();
  const args = ["--code", DIVISION, "--directory", at("sandbox"), "--app", `${DIVISION}-scjg`, "--port", String(port)];
  const department = ["--department", DEPARTMENT, "--department-name", "岭海市天湾区市场监督管理局"];
  running = spawn(...tied(process.execPath, [MAIN, "sandbox", "run", ...args, ...department]), {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines = once(createInterface({ input: running.stdout as NodeJS.ReadableStream }), "line");
  production = await startProduction({
    ...{ directory: at("production"), code: "440100", name: "正式系统", host: "localhost", app: "440100-scjg" },
    port: four([0, 1, 2, 3].map((next) => port + next)),
    department: { code: DEPARTMENT, name: "岭海市天湾区市场监督管理局", division: DIVISION },
  });
  const [line] = await lines;
  told = JSON.parse(line as string);
  system = createConnector({
    home: { address: told.public, ca: readFileSync(told.caFile, "utf8") },
    appKey: told.appKey,
    appSecret: readFileSync(told.secretFile, "utf8"),
    origin: { keyId: told.originKeyId, privateKeyPem: readFileSync(told.originKeyFile, "utf8") },
  });
}, 120_000);
afterAll(async () => {
  system?.close();
  await production?.stop();
  running?.kill("SIGTERM");
  if (running && running.exitCode === null) await once(running, "exit");
  await folder.remove();
});

describe("a sandbox that one command has made", () => {
  let first: string;
  let second: string;

  test("6.2.4.1: a department's system issues, replaces, uses, revokes, and is refused", async () => {
    const made = await system.issuing.make(order("S-1"));
    expect(made.identifier).toContain(`.TEST${DIVISION}`);
    expect(made.number).toMatch(/^TEST/);
    first = (await system.issuing.issue("S-1")).identifier;
    await expect(system.issuing.make(order("S-2", { number: "粤A-1" }))).rejects.toMatchObject({
      reason: "INVALID_FIELD",
      fields: [{ field: "order.number" }],
      localized: expect.stringContaining("TEST"),
    });
    await system.issuing.replace(first, order("S-2"));
    second = (await system.issuing.issue("S-2")).identifier;
    const session = system.use({
      ...{
        purpose: "沙箱检测",
        ...(holder && { holder }),
        itemCodes: [licence.code],
        businessId: "YW-1",
        stage: "受理",
      },
      ...{ outlet: "1 号窗口", businessTime: new Date().toISOString(), departmentCode: told.departmentCode },
      ...{ operator: { account: "zhangsan", name: "张示例" }, matterCode: told.matterCode },
    });
    expect((await session.verify(second)).verdict).toBe(Verdict.VALID);
    await session.extract(second, ["name"]);
    writeFileSync(at("licence.pdf"), (await session.fetch(second, FileFormat.PDF)).file?.content ?? "");
    expect((await system.issuing.revoke(second, "沙箱检测")).identifier).toBe(second);
  });

  test("6.2.4.1, 6.2.4.3: the check finds all five steps in what the sandbox has recorded, and signs the report", async () => {
    const report = at("report.json");
    const { code, stdout } = await ecert("sandbox", "check", told.appKey, "--out", report, "--json", ...asOperator());
    expect(code).toBe(0);
    const { steps, enoughForIssuing, enoughForUsage } = JSON.parse(stdout);
    expect(steps.map((one: { done: boolean; identifier: string }) => [one.done, one.identifier])).toEqual([
      [true, first],
      [true, second],
      [true, second],
      [true, second],
      [true, ""],
    ]);
    expect([enoughForIssuing, enoughForUsage]).toEqual([true, true]);
    const shown = await ecert("sandbox", "report", report, "--key", told.nodeKeyFile, "--json");
    expect(JSON.parse(shown.stdout)).toMatchObject({
      node: `TEST${DIVISION}`,
      app: told.appKey,
      department: DEPARTMENT,
    });
    const { publicKey } = generateKeyPairSync("ed25519");
    writeFileSync(at("other.pem"), publicKey.export({ type: "spki", format: "pem" }));
    expect(await ecert("sandbox", "report", report, "--key", at("other.pem"))).toMatchObject({ code: 2 });
  });

  test("6.2.4: the department sees what its system sent, with reason and fields of what was refused", async () => {
    const { stdout } = await ecert("sandbox", "calls", told.appKey, "--json", ...asOperator());
    const calls = JSON.parse(stdout) as { method: string; outcome: string; fields: string[] }[];
    const methods = calls.map(({ method }) => method.split("/")[1]).reverse();
    expect(methods.slice(0, 3)).toEqual(["MakeCertificate", "IssueCertificate", "MakeCertificate"]);
    expect(calls.filter(({ outcome }) => outcome !== "OK")).toMatchObject([
      { outcome: "INVALID_FIELD", fields: ["order.number"] },
    ]);
  });

  test("its certificate is invalid in production by a reason of its own, also where its authority is trusted", async () => {
    mkdirSync(at("trust"));
    for (const name of ["root.crt.pem", "signing.crt.pem"]) {
      writeFileSync(join(at("trust"), name), readFileSync(join(at("sandbox"), "authority", name)));
    }
    const { code, stdout } = await ecert("verify", at("licence.pdf"), "--trust", at("trust"), "--json");
    expect([code, JSON.parse(stdout).verdict]).toEqual([1, "invalid"]);
    expect(JSON.parse(stdout).findings[0]).toMatchObject({
      code: "SANDBOX_CERTIFICATE",
      text: "沙箱测试证照，不具任何效力",
    });
  });

  test("6.2.4: the sandbox itself judges what it issued as any node does, and its doctor misses nothing", async () => {
    const document = readFileSync(at("licence.pdf")).toString("base64");
    const path = "/ecert.usage.v1.VerifyService/VerifyDocument";
    const { report } = await post(path, { "content-type": "application/json" }, JSON.stringify({ document }));
    expect(JSON.stringify(report)).not.toContain("SANDBOX_CERTIFICATE");
    expect(report).toMatchObject({ verdict: expect.stringMatching(/NOT_IN_FORCE$/) });
    const { code, stdout } = await ecert("node", "doctor", "--config", join(at("sandbox"), "node/core.json"));
    expect([code, stdout.match(/^(?:fail|warn) .*$/gm)], stdout).toEqual([0, null]);
  });

  test("6.2.4: its tokens are refused by a node of production, and those of production by it, at every listener", async () => {
    const [sandbox, real] = await Promise.all([tokensOf(), tokensOf(production, production.secret)]);
    for (const [tokens, home, foreign] of [
      [sandbox, told, production],
      [real, production, told],
    ] as const) {
      for (const token of tokens) {
        expect(await answersTo(token, home)).toEqual(["OK", "OK"]);
        expect(await answersTo(token, foreign)).toEqual(["TOKEN_REFUSED", "TOKEN_REFUSED"]);
      }
    }
  });

  test("no other node takes its tokens, even one that bears the sandbox's own address", async () => {
    const [token] = await tokensOf();
    const { publicKey } = generateKeyPairSync("ed25519");
    const own = createPublicKey(readFileSync(join(at("sandbox"), "node/keys/tokens.pem")));
    const verifierBy = (key: KeyObject, node: string) =>
      tokenVerifier({
        ...{ keys: tokenKeys([key]), node, issuer: told.connect, now: () => new Date(), clockSkewMs: 5_000 },
      });
    expect((await verifierBy(own, told.node).verify(token)).app).toBe(told.appKey);
    await expect(verifierBy(publicKey, DIVISION).verify(token)).rejects.toMatchObject({ reason: "TOKEN_REFUSED" });
  });

  test("6.2.4: a node of production finds its certificate invalid, by a reason of its own", async () => {
    const body = JSON.stringify({ document: readFileSync(at("licence.pdf")).toString("base64") });
    const path = "/ecert.usage.v1.VerifyService/VerifyDocument";
    const { report } = await post(path, { "content-type": "application/json" }, body, production);
    expect(report).toMatchObject({ verdict: expect.stringMatching(/INVALID$/) });
    expect(JSON.stringify(report)).toContain("SANDBOX_CERTIFICATE");
  });
});

test("node init --sandbox makes a sandbox that waits for certificates of an authority", async () => {
  const { code, stdout } = await ecert(
    ...["node", "init", "--sandbox", "--code", "440100", "--name", "沙箱", "--host", "localhost"],
    ...["--directory", at("node"), "--json"],
  );
  expect(code).toBe(0);
  const { requests, config } = JSON.parse(stdout);
  expect(requests.map((file: string) => file.split("/").at(-1))).toEqual(["core.request.pem", "operator.request.pem"]);
  const written = JSON.parse(readFileSync(config, "utf8"));
  expect(written).toMatchObject({ node: { code: "TEST440100", role: "province" }, sandbox: {}, peers: [] });
  expect(written.nats).toBeUndefined();
});
