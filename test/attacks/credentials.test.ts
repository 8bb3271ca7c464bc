import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createClient } from "@connectrpc/connect";
import { ChannelCredentials, Client as GrpcClient } from "@grpc/grpc-js";
import { afterEach, beforeEach, expect, test } from "vitest";
import { RegistryService } from "../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { AppService } from "../../proto/gen/ecert/identity/v1/app_service_pb.ts";
import { grpcTransport } from "../../services/call/client/grpc-transport.ts";
import { catalogService } from "../../services/catalog/main.ts";
import { identityService } from "../../services/identity/main.ts";
import { type RunningNode, startNode } from "../../services/node/node.ts";
import { callFrom, type JsonAnswer, reasonIn } from "../node/call-from.ts";
import { type Identity, makeNodeFiles, type NodeFiles } from "../node/node-files.ts";

/** Addresses of two machines: of who guesses, and of the department's system. */
const GUESSER = "127.0.0.2";
const SYSTEM = "127.0.0.3";
const DEPARTMENT = "114401000000990003";
const APP = "440100-scjg";
const METHOD = "ecert.identity.v1.TokenService/IssueAccessToken";

let files: NodeFiles;
let node: RunningNode;
let operator: Identity;
let secret: string;
let evidence: string;

beforeEach(async () => {
  files = makeNodeFiles();
  operator = files.identity(files.certify("operator", ["ops"]));
  const config = files.config(["catalog", "identity"]);
  evidence = join(config.dataDirectory, "evidence", "identity-a");
  node = await startNode(config, [catalogService, identityService]);
  const { ca, key, cert } = operator;
  const channel = new GrpcClient(node.addresses.mesh as string, ChannelCredentials.createSsl(ca, key, cert));
  const registry = createClient(RegistryService, grpcTransport(channel, {}));
  await registry.putDepartment({ department: { code: DEPARTMENT, name: "市场监督管理局", division: "440100" } });
  const app = { key: APP, name: "审批系统", departmentCode: DEPARTMENT, scopes: ["issue.make"] };
  ({ secret } = await createClient(AppService, grpcTransport(channel, {})).putApp({ requestId: randomUUID(), app }));
  channel.close();
});
afterEach(async () => {
  await node.stop();
  files.remove();
});

const ask = (from: string, appKey: string, appSecret: string): Promise<JsonAnswer> =>
  callFrom(from, node.addresses.connect as string, METHOD, { appKey, appSecret }, { ca: operator.ca });
const reason = async (from: string, appKey: string, appSecret: string) => reasonIn(await ask(from, appKey, appSecret));

/** Lines of refused secrets in the chain of evidence, after the node has stopped. */
async function refusedLines(): Promise<{ app: string; count: number }[]> {
  await node.stop();
  const lines = readdirSync(evidence)
    .filter((name) => name.endsWith(".jsonl") || name.includes("evidence"))
    .flatMap((name) => readFileSync(join(evidence, name), "utf8").split("\n"))
    .filter((line) => line.includes('"token-refused"'));
  return lines.map((line) => JSON.parse(line).body);
}

test("5.9.3: ten wrong secrets for a public AppKey lock nobody out, neither elsewhere nor at the same address", async () => {
  for (let guess = 0; guess < 10; guess++)
    expect(await reason(GUESSER, APP, `guess ${guess}`)).toBe("CREDENTIAL_REFUSED");
  expect(await reason(SYSTEM, APP, secret)).toBe("OK");
  expect(await reason(GUESSER, APP, secret)).toBe("OK");
});

test("5.9.3: the right secret passes from elsewhere while a flood of guesses comes in, and the flood is bounded", async () => {
  const flood = Promise.all(Array.from({ length: 60 }, (_, guess) => reason(GUESSER, APP, `guess ${guess}`)));
  expect(await reason(SYSTEM, APP, secret)).toBe("OK");
  const outcomes = await flood;
  expect(new Set(outcomes)).toEqual(new Set(["CREDENTIAL_REFUSED", "RATE_EXCEEDED"]));
  // A secret that was right a moment ago passes even there.
  expect(await reason(GUESSER, APP, secret)).toBe("OK");
});

test("5.9.3: an unknown app and a wrong secret are answered with the same words", async () => {
  const [wrong, unknown] = [await ask(GUESSER, APP, "wrong"), await ask(GUESSER, "440100-nobody", secret)];
  expect(reasonIn(wrong)).toBe("CREDENTIAL_REFUSED");
  expect(unknown).toEqual(wrong);
});

test("5.9.5: guesses leave one line of evidence for each app with their number, and unknown names one in all", async () => {
  const guesses = Array.from({ length: 5 }, (_, guess) => reason(GUESSER, APP, `guess ${guess}`));
  const names = Array.from({ length: 15 }, (_, name) => reason(SYSTEM, `440100-nobody-${name}`, "x"));
  const refused = await Promise.all([...guesses, ...names]);
  expect(new Set(refused)).toEqual(new Set(["CREDENTIAL_REFUSED"]));
  const lines = await refusedLines();
  const counts = lines.map(({ app, count }) => [app, count]).sort();
  expect(counts).toEqual([
    [APP, 5],
    ["unknown", 15],
  ]);
});
