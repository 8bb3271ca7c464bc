import { once } from "node:events";
import { request } from "node:https";
import { createClient } from "@connectrpc/connect";
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from "@connectrpc/connect-node";
import { ChannelCredentials, Client as GrpcClient } from "@grpc/grpc-js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { OutboxService } from "../../proto/gen/ecert/event/v1/outbox_service_pb.ts";
import { grpcTransport } from "../../services/call/client/grpc-transport.ts";
import { refusalFromError } from "../../services/call/refusal/refusal-wire.ts";
import { type RunningNode, startNode } from "../../services/node/node.ts";
import { type Identity, makeNodeFiles, type NodeFiles } from "./node-files.ts";
import { outboxModule, refusal } from "./outbox-module.ts";

let files: NodeFiles;
let node: RunningNode;
let sync: Identity;
const { module, probe } = outboxModule();

beforeAll(async () => {
  files = makeNodeFiles();
  sync = files.identity(files.certify("service", ["sync"]));
  node = await startNode(files.config(["issue"]), [module]);
});

afterAll(async () => {
  await node.stop();
  files.remove();
});

/** The same contract over every protocol that a client may speak. */
const TRANSPORTS = {
  "grpc-js to the mesh listener": () =>
    grpcTransport(
      new GrpcClient(node.addresses.mesh as string, ChannelCredentials.createSsl(sync.ca, sync.key, sync.cert)),
      {},
    ),
  "gRPC of connect-node to the mesh listener": () =>
    createGrpcTransport({ baseUrl: `https://${node.addresses.mesh}`, nodeOptions: { ...sync } }),
  "gRPC of connect-node to the Connect listener": () =>
    createGrpcTransport({ baseUrl: `https://${node.addresses.connect}`, nodeOptions: { ...sync } }),
  "gRPC-Web over HTTP/1.1": () =>
    createGrpcWebTransport({
      httpVersion: "1.1",
      baseUrl: `https://${node.addresses.connect}`,
      nodeOptions: { ...sync },
    }),
  "Connect with JSON over HTTP/1.1": () =>
    createConnectTransport({
      httpVersion: "1.1",
      useBinaryFormat: false,
      baseUrl: `https://${node.addresses.connect}`,
      nodeOptions: { ...sync },
    }),
  "Connect with binary messages over HTTP/2": () =>
    createConnectTransport({
      httpVersion: "2",
      useBinaryFormat: true,
      baseUrl: `https://${node.addresses.connect}`,
      nodeOptions: { ...sync },
    }),
};

describe.each(Object.entries(TRANSPORTS))("%s", (name, open) => {
  const client = () => createClient(OutboxService, open());
  const refusalOf = (call: Promise<unknown>) => call.then(() => undefined, refusalFromError);

  test("answers", async () => {
    expect((await client().listPendingEvents({ pageToken: "x" })).nextPageToken).toBe("a:x");
    expect((await client().getBlob({ sha256: "0".repeat(64) })).content).toHaveLength(300_000);
  });

  test("carries a refusal whole: reason, message, fields with remedies, retry advice, metadata", async () => {
    const { message, reason, fields, retryAfterMs, metadata } = refusal();
    const seen = await refusalOf(client().listPendingEvents({ pageToken: "refuse" }));
    expect(seen).toMatchObject({ message, reason, fields, retryAfterMs, metadata });
  });

  test("tells every broken field rule at once, as the caller spells its fields", async () => {
    const seen = await refusalOf(client().listPendingEvents({ pageSize: 501, waitMs: -1 }));
    expect(seen?.reason).toBe("INVALID_FIELD");
    expect(seen?.fields.map(({ field }) => field).sort()).toEqual(
      name.includes("JSON") ? ["pageSize", "waitMs"] : ["page_size", "wait_ms"],
    );
    expect(seen?.fields.every(({ remedy }) => remedy)).toBe(true);
  });

  test("hides the cause of a failure and gives an id", async () => {
    const seen = await refusalOf(client().listPendingEvents({ pageToken: "fail" }));
    expect(seen?.reason).toBe("INTERNAL");
    expect(seen?.metadata.id).toMatch(/^[0-9a-f]{16}$/);
    expect(seen?.message).not.toContain("secret");
  });

  test("ends a call whose refusal cannot be written, and serves on", async () => {
    expect(
      await refusalOf(client().listPendingEvents({ pageToken: "unwritable" }, { timeoutMs: 5_000 })),
    ).toBeDefined();
    expect((await client().listPendingEvents({ pageToken: "x" })).nextPageToken).toBe("a:x");
  });

  test("refuses a message over the limit with TOO_LARGE", async () => {
    const keys = Array.from({ length: 12 }, () => "k".repeat(100_000));
    expect((await refusalOf(client().confirmEvents({ keys })))?.reason).toBe("TOO_LARGE");
  });

  test("hands the deadline to the handler", async () => {
    const from = Date.now();
    await client().listPendingEvents({}, { timeoutMs: 5_000 });
    const deadline = probe.calls.at(-1)?.deadline?.getTime() ?? 0;
    expect(deadline).toBeGreaterThan(from + 3_000);
    expect(deadline).toBeLessThanOrEqual(Date.now() + 5_000);
  });

  test("ends a call at its deadline with DEADLINE_EXCEEDED", async () => {
    const seen = await refusalOf(client().listPendingEvents({ pageToken: "wait" }, { timeoutMs: 200 }));
    expect(seen?.reason).toBe("DEADLINE_EXCEEDED");
  });

  test("keeps the caller's request id and trace", async () => {
    const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    await client().listPendingEvents({}, { headers: { "x-request-id": "r-1", traceparent } });
    expect(probe.calls.at(-1)).toMatchObject({ requestId: "r-1", traceparent });
    expect(probe.calls.at(-1)?.caller).toEqual({ kind: "service", node: "440100", name: "sync" });
  });
});

describe("curl with JSON", () => {
  async function post(body: string, headers: Record<string, string> = {}, tls: Partial<Identity> = sync) {
    const sent = request(`https://${node.addresses.connect}/ecert.event.v1.OutboxService/ListPendingEvents`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      ...tls,
      ca: sync.ca,
    });
    sent.end(body);
    const [response] = await once(sent, "response");
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk);
    return {
      status: response.statusCode,
      headers: response.headers,
      json: JSON.parse(Buffer.concat(chunks).toString()),
    };
  }
  const info = (json: { details: { type: string; debug: Record<string, unknown> }[] }, type: string) =>
    json.details.find((detail) => detail.type === `google.rpc.${type}`)?.debug;

  test("gets an answer with security headers and without CORS", async () => {
    const { status, headers, json } = await post(`{"pageToken":"x"}`, { origin: "https://elsewhere.example" });
    expect([status, json]).toEqual([200, { nextPageToken: "a:x" }]);
    expect(headers["strict-transport-security"]).toBeDefined();
    expect(headers["x-content-type-options"]).toBe("nosniff");
    expect(headers["access-control-allow-origin"]).toBeUndefined();
  });

  test("is told every unknown field by name, with a remedy", async () => {
    const { status, json } = await post(`{"pageToken":"x","pagesize":3,"zz":{}}`);
    expect(status).toBe(400);
    expect(info(json, "ErrorInfo")).toMatchObject({ reason: "UNKNOWN_FIELD", domain: "ecert" });
    const { fieldViolations } = info(json, "BadRequest") as {
      fieldViolations: { field: string; description: string }[];
    };
    expect(fieldViolations.map(({ field }) => field)).toEqual(["pagesize", "zz"]);
    expect(fieldViolations[0]?.description).toContain("remove it");
    expect(info(json, "LocalizedMessage")).toMatchObject({
      locale: "zh-CN",
      message: "存在未定义的字段：pagesize 未定义，请删除或更正名称；zz 未定义，请删除或更正名称",
    });
  });

  test("is told which known field cannot be read", async () => {
    const { json } = await post(`{"pageSize":"many"}`);
    expect(info(json, "ErrorInfo")).toMatchObject({ reason: "INVALID_FIELD" });
    expect(info(json, "BadRequest")).toMatchObject({ fieldViolations: [{ field: "pageSize" }] });
  });

  test("is told in a body which content types are served", async () => {
    const { status, json } = await post("a=b", { "content-type": "application/x-www-form-urlencoded" });
    expect([status, json.code, info(json, "ErrorInfo")?.reason]).toEqual([415, "unimplemented", "UNIMPLEMENTED"]);
    expect(json.message).toContain("application/json");
  });

  test("is refused what is no JSON", async () => {
    const { status, json } = await post(`{"pageSize"`);
    expect([status, info(json, "ErrorInfo")?.reason]).toEqual([400, "INVALID_FIELD"]);
  });

  test("may pack its body with gzip, but not beyond the limit", async () => {
    const { gzipSync } = await import("node:zlib");
    const small = gzipSync(`{"pageToken":"x"}`).toString("latin1");
    const bomb = gzipSync(Buffer.alloc(2 << 20, 32)).toString("latin1");
    const packed = { "content-encoding": "gzip" };
    const send = (body: string) => post(Buffer.from(body, "latin1") as unknown as string, packed);
    expect((await send(small)).json).toEqual({ nextPageToken: "a:x" });
    const large = await send(bomb);
    expect([large.status, info(large.json, "ErrorInfo")?.reason]).toEqual([400, "TOO_LARGE"]);
  });

  test("without a proof is asked for a token", async () => {
    const { status, json } = await post("{}", {}, {});
    expect([status, info(json, "ErrorInfo")?.reason]).toEqual([401, "TOKEN_MISSING"]);
  });

  test("with a certificate that is not ours counts as without a proof", async () => {
    const stranger = makeNodeFiles();
    try {
      const { cert, key } = stranger.identity(stranger.certify("service", ["sync"]));
      expect(info((await post("{}", {}, { cert, key })).json, "ErrorInfo")?.reason).toBe("TOKEN_MISSING");
    } finally {
      stranger.remove();
    }
  });

  test("is told where nothing is served", async () => {
    const { json } = await post("{}", { "x-ecert-target": "usage" });
    expect(info(json, "ErrorInfo")?.reason).toBe("UNIMPLEMENTED");
  });
});
