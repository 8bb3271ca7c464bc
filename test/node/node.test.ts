import { execFile } from "node:child_process";
import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { createClient } from "@connectrpc/connect";
import {
  ChannelCredentials,
  type ClientReadableStream,
  Client as GrpcClient,
  status as GrpcStatus,
  makeClientConstructor,
  type ServiceError,
} from "@grpc/grpc-js";
import { service as healthService } from "grpc-health-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CatalogService } from "../../proto/gen/ecert/catalog/v1/catalog_service_pb.ts";
import { OutboxService } from "../../proto/gen/ecert/event/v1/outbox_service_pb.ts";
import { UsageService } from "../../proto/gen/ecert/usage/v1/usage_service_pb.ts";
import { type CallContext, type MountedService, mount } from "../../services/call/chain/service.ts";
import { tokenSigner } from "../../services/call/chain/tokens.ts";
import { grpcTransport } from "../../services/call/client/grpc-transport.ts";
import { refusalFromError } from "../../services/call/refusal/refusal-wire.ts";
import { Refusal } from "../../services/domain/refusal.ts";
import { DEFAULT_LIMITS } from "../../services/host/limits.ts";
import { type RunningNode, startNode } from "../../services/node/node.ts";
import type { Runtime, ServiceModule } from "../../services/node/runtime.ts";
import { eventually } from "./eventually.ts";
import { makeNodeFiles, NODE, type NodeFiles } from "./node-files.ts";
import { outboxModule } from "./outbox-module.ts";
import { openReflection } from "./reflection.ts";

let files: NodeFiles;
let node: RunningNode;
let runtime: Runtime;
let lastCall: CallContext | undefined;
let dataDirectory: string;
const { module: issue, probe } = outboxModule("issue");
const { module: catalog, probe: catalogProbe } = outboxModule("catalog");

/** A usage service that answers everything with nothing, so that only who may call it matters. */
const usage: ServiceModule = {
  name: "usage",
  async start(given) {
    runtime = given;
    const nothing = async (_request: unknown, call: CallContext) => {
      lastCall = call;
      return {};
    };
    const handlers = Object.fromEntries(UsageService.methods.map(({ localName }) => [localName, nothing]));
    const services: MountedService[] = [{ descriptor: UsageService, handlers }];
    services.push(
      mount(CatalogService, {
        registerCatalogItem: nothing,
        publishCatalogItem: nothing,
        previewFace: nothing,
        getCatalogItem: nothing,
        listCatalogItems: nothing,
        listCatalogItemVersions: nothing,
      }),
    );
    return { services, ready: async () => {}, stop: async () => {} };
  },
};

beforeAll(async () => {
  files = makeNodeFiles();
  const config = files.config(["issue", "catalog", "usage"], {
    limits: { ...DEFAULT_LIMITS, inFlight: 4, streams: 10 },
  });
  dataDirectory = config.dataDirectory;
  node = await startNode(config, [issue, catalog, usage]);
});

afterAll(async () => {
  await node.stop();
  files.remove();
});

const reasonOf = (call: Promise<unknown>) =>
  call.then(
    () => "OK",
    (error) => refusalFromError(error).reason,
  );
const requestOf = { code: "x" };

describe("the public listener (5.9.3)", () => {
  const call = async (authorization?: string) => {
    const { ca } = files.identity(files.certify("service", ["sync"]));
    const channel = new GrpcClient(node.addresses.public as string, ChannelCredentials.createSsl(ca));
    const client = createClient(UsageService, grpcTransport(channel, authorization ? { authorization } : {}));
    const request = { usageCode: "u".repeat(22) };
    return reasonOf(client.listCertificates(request)).finally(() => channel.close());
  };
  const app = { app: "440100-scjg", department: "114401000000990003" };
  const signer = (changes: Partial<Parameters<typeof tokenSigner>[0]> = {}) =>
    tokenSigner({
      privateKey: createPrivateKey(readFileSync(files.tokenKeyFile)),
      node: NODE,
      lifetimeSeconds: 600,
      now: () => new Date(),
      ...changes,
    });

  test("lets in a token with the scope that the contract names, and tells the handler whose it is", async () => {
    const { token } = await signer().sign({ ...app, scopes: ["usage.use"] });
    expect(await call(`Bearer ${token}`)).toBe("OK");
    expect(lastCall?.caller).toEqual({ kind: "app", node: NODE, ...app, scopes: ["usage.use"] });
  });

  test("refuses a call without a token, with a spoilt, foreign, expired or narrower one", async () => {
    const { token } = await signer().sign({ ...app, scopes: ["usage.use"] });
    expect(await call()).toBe("TOKEN_MISSING");
    expect(await call("Basic YTpi")).toBe("TOKEN_REFUSED");
    expect(await call(`Bearer ${token.slice(0, -4)}AAAA`)).toBe("TOKEN_REFUSED");
    const { privateKey } = generateKeyPairSync("ed25519");
    const scopes = ["usage.use"];
    expect(await call(`Bearer ${(await signer({ privateKey }).sign({ ...app, scopes })).token}`)).toBe("TOKEN_REFUSED");
    const foreign = signer({ node: "440300" });
    expect(await call(`Bearer ${(await foreign.sign({ ...app, scopes })).token}`)).toBe("TOKEN_REFUSED");
    const earlier = signer({ now: () => new Date(Date.now() - 700_000) });
    expect(await call(`Bearer ${(await earlier.sign({ ...app, scopes })).token}`)).toBe("TOKEN_EXPIRED");
    expect(await call(`Bearer ${(await signer().sign({ ...app, scopes: ["issue.make"] })).token}`)).toBe(
      "PERMISSION_DENIED",
    );
  });
});

describe("services of one process", () => {
  test("meet through the same permissions, rules and errors, as the service that calls", async () => {
    const client = runtime.client(OutboxService, "issue");
    expect(await reasonOf(client.listPendingEvents({}))).toBe("PERMISSION_DENIED");
    const open = runtime.client(CatalogService, "usage");
    expect(await reasonOf(open.getCatalogItem(requestOf))).toBe("OK");
    expect(lastCall?.caller).toEqual({ kind: "service", node: NODE, name: "usage" });
    expect(await reasonOf(open.getCatalogItem({ code: "" }))).toBe("INVALID_FIELD");
    expect(await reasonOf(open.registerCatalogItem({}))).toBe("PERMISSION_DENIED");
  });

  test("keep apart though they serve the same contract: the target decides", async () => {
    const { ca, key, cert } = files.identity(files.certify("service", ["sync"]));
    const channel = new GrpcClient(node.addresses.mesh as string, ChannelCredentials.createSsl(ca, key, cert));
    for (const [target, seen] of [
      ["issue", probe],
      ["catalog", catalogProbe],
    ] as const) {
      const before = seen.calls.length;
      await createClient(OutboxService, grpcTransport(channel, { "x-ecert-target": target })).listPendingEvents({});
      expect(seen.calls).toHaveLength(before + 1);
    }
    channel.close();
  });
});

describe("a process", () => {
  const admin = async (path: string) => {
    const response = await fetch(`http://${node.addresses.admin}${path}`);
    return { status: response.status, text: await response.text() };
  };

  test("tells its state and its figures on the admin listener", async () => {
    expect((await admin("/healthz")).status).toBe(200);
    expect((await admin("/readyz")).status).toBe(200);
    const { text } = await admin("/metrics");
    expect(text).toContain("ecert_calls_in_flight");
    expect(text).toMatch(/ecert_calls_total\{method="ecert\.usage\.v1\.UsageService\/ListCertificates",outcome="OK"/);
    expect(text).toContain("ecert_nodejs_eventloop_lag_seconds");
    expect((await admin("/")).status).toBe(404);
  });

  test("is not ready, in words and in gRPC health, while one of its services is not", async () => {
    const { ca, key, cert } = files.identity(files.certify("service", ["sync"]));
    const Health = makeClientConstructor(healthService as Parameters<typeof makeClientConstructor>[0], "Health");
    const health = new Health(node.addresses.mesh as string, ChannelCredentials.createSsl(ca, key, cert));
    const status = () =>
      new Promise((resolve, reject) => {
        health.check?.({ service: "" }, (error: Error | null, answer: { status: string }) =>
          error ? reject(error) : resolve(answer.status),
        );
      });
    expect(await status()).toBe("SERVING");
    const told: string[] = [];
    const watch = (service: string) => {
      const call = health.watch?.({ service }) as ClientReadableStream<{ status: string }>;
      call.on("data", ({ status }) => told.push(`${service} ${status}`)).on("error", () => {});
      return call;
    };
    const watched = [watch("ecert.event.v1.OutboxService"), watch("nobody")];
    await eventually(() =>
      expect(told.toSorted()).toEqual(["ecert.event.v1.OutboxService SERVING", "nobody SERVICE_UNKNOWN"]),
    );
    probe.fault = new Refusal("STORE_AWAY", "the store is away");
    await eventually(async () => expect(await admin("/readyz")).toEqual({ status: 503, text: "the store is away\n" }));
    expect(await status()).toBe("NOT_SERVING");
    expect(told.slice(2)).toEqual(["ecert.event.v1.OutboxService NOT_SERVING"]);
    const refused = await new Promise<ServiceError>((resolve) => {
      health.check?.({ service: "nobody" }, (error: ServiceError) => resolve(error));
    });
    expect(refused.code).toBe(GrpcStatus.NOT_FOUND);
    const listed = await new Promise<{ statuses: object }>((resolve) => {
      health.list?.({}, (_: unknown, answer: { statuses: object }) => resolve(answer));
    });
    expect(listed.statuses).toMatchObject({
      "": { status: "NOT_SERVING" },
      "ecert.usage.v1.UsageService": { status: "NOT_SERVING" },
    });
    for (const call of watched) call.cancel();
    probe.fault = undefined;
    await eventually(async () => expect((await admin("/readyz")).status).toBe(200));
    health.close();
  });

  test("refuses one call more than it may serve at once, with advice to retry", async () => {
    const { ca, key, cert } = files.identity(files.certify("service", ["sync"]));
    const channel = new GrpcClient(node.addresses.mesh as string, ChannelCredentials.createSsl(ca, key, cert));
    const client = createClient(OutboxService, grpcTransport(channel, {}));
    const before = probe.calls.length;
    const waiting = Array.from({ length: 4 }, () => client.listPendingEvents({ pageToken: "wait" }));
    await eventually(() => expect(probe.calls).toHaveLength(before + 4));
    const refused = await client.listPendingEvents({}).then(() => undefined, refusalFromError);
    expect(refused).toMatchObject({ reason: "OVERLOADED", retryAfterMs: 500 });
    probe.release();
    await Promise.all(waiting);
    channel.close();
  });

  test("shows its contracts to a tool that knows none of them (buf curl, by reflection)", async () => {
    const { certificateFile, privateKeyFile } = files.certify("service", ["sync"]);
    const url = `https://${node.addresses.mesh}/ecert.event.v1.OutboxService/ConfirmEvents`;
    const tls = ["--cacert", files.caFile, "--cert", certificateFile, "--key", privateKeyFile];
    const args = ["curl", "--protocol", "grpc", "--reflect", ...tls, "--data", `{"keys":["a","b"]}`, url];
    const { stdout } = await promisify(execFile)(join(import.meta.dirname, "../../node_modules/.bin/buf"), args);
    expect(JSON.parse(stdout)).toEqual({ cleared: 2 });
  });

  test("lists health among its services by reflection, and tells what a refusal's details are made of", async () => {
    const reflection = openReflection(
      node.addresses.mesh as string,
      files.identity(files.certify("service", ["sync"])),
    );
    const listed = await reflection.services();
    expect(listed).toContain("grpc.health.v1.Health");
    expect(listed).toEqual(expect.arrayContaining(["ecert.event.v1.OutboxService", "ecert.usage.v1.UsageService"]));
    // What is there with all that it imports is found again as a whole.
    const shown = [...listed, "google.rpc.Status", "google.rpc.ErrorInfo", "google.rpc.BadRequest"];
    shown.push("google.rpc.LocalizedMessage", "google.rpc.RetryInfo");
    for (const symbol of shown) expect((await reflection.registry(symbol)).get(symbol)?.typeName, symbol).toBe(symbol);
    reflection.close();
  });

  test("writes one line per call: who, what, outcome, notes; no data and no tokens", async () => {
    const lines = () =>
      readFileSync(join(dataDirectory, "calls", "issue-a.jsonl"), "utf8")
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line));
    await eventually(() =>
      expect(lines()).toContainEqual({
        time: expect.stringMatching(/^\d{4}-.*Z$/),
        requestId: expect.any(String),
        traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
        caller: "service/440100/sync",
        method: "ecert.event.v1.OutboxService/ConfirmEvents",
        outcome: "OK",
        ms: expect.any(Number),
        notes: { keys: "2" },
      }),
    );
    expect(lines()).toContainEqual(expect.objectContaining({ outcome: "PERMISSION_DENIED" }));
  });
});
