import { createPrivateKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { connect as connectTcp, type Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { create, toBinary } from "@bufbuild/protobuf";
import { createClient } from "@connectrpc/connect";
import { createGrpcTransport, Http2SessionManager } from "@connectrpc/connect-node";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { MakeCertificateRequestSchema, MakeOrderSchema } from "../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import { VerifyService } from "../../proto/gen/ecert/usage/v1/verify_service_pb.ts";
import type { JsonObject } from "../../services/domain/canonical.ts";
import { DEFAULT_LIMITS } from "../../services/runtime/limits.ts";
import { splitAddress } from "../../services/runtime/listener.ts";
import { tokenSigner } from "../../services/runtime/tokens.ts";
import { eventually } from "../runtime/eventually.ts";
import { makeNodeFiles, NODE, type NodeFiles } from "../runtime/node-files.ts";
import {
  type Answer,
  type Attack,
  envelopeHead,
  openHttp2,
  overHttp1,
  overHttp2,
  reasonOf,
  startTarget,
  type Target,
} from "./attacker.ts";

const MIB = 1 << 20;
const MAKE = "/ecert.issue.v1.IssueService/MakeCertificate";
const VERIFY = "/ecert.usage.v1.VerifyService/VerifyDocument";
const AGENT = "/ecert.agent.v1.AgentService/Connect";
const LIMITS = {
  ...DEFAULT_LIMITS,
  bufferedBytes: 48 * MIB,
  bufferedBytesPerAddress: 32 * MIB,
  bodyMs: 4_800,
  connectionsPerAddress: 60,
  streamsPerConnection: 50,
};
/** Memory of buffers that no request holds: TLS, what is on its way between threads, modules. */
const SLACK = 24 * MIB;
/** Milliseconds of processor time: parsing and hashing have 20; reading what many connections have sent comes on top. */
const TURN_MS = 60;

let files: NodeFiles;
let target: Target;
/** Gives bodies more time: what fills its budget must have come before the first is given up, on a slow machine too. */
let patient: Target;
let token: string;
const open: { destroy(): void }[] = [];

beforeAll(async () => {
  files = makeNodeFiles();
  const privateKey = createPrivateKey(readFileSync(files.tokenKeyFile));
  const signer = tokenSigner({ privateKey, node: NODE, lifetimeSeconds: 600, now: () => new Date() });
  ({ token } = await signer.sign({ app: "app-1", department: "d", scopes: ["issue.make"] }));
  target = await startTarget(files.config(["issue", "usage"], { limits: LIMITS }), files.directory);
  const limits = { ...LIMITS, bodyMs: 12_000 };
  patient = await startTarget(files.config(["issue", "usage"], { limits, replica: "b" }), files.directory);
  // What only the first call costs is no attack.
  await Promise.all([verify(small()), make({ note: "x".repeat(100) }), make({ note: "x".repeat(70_000) })]);
  await target.report();
});

afterEach(async () => {
  for (const one of open.splice(0)) one.destroy();
  // Whatever was done: all memory is given back, and the node serves.
  await eventually(async () => expect(await target.metric("ecert_buffered_bytes")).toBe(0));
  await eventually(async () => expect(await target.metric("ecert_calls_in_flight")).toBe(0));
  expect((await verify(small())).status).toBe(200);
  await target.report();
});

afterAll(async () => {
  await Promise.all([target.stop(), patient.stop()]);
  files.remove();
});

const anonymous = (path: string, type: string, more: Record<string, string> = {}): Attack => ({
  path,
  headers: { "content-type": type, ...more },
  tls: {},
});
const small = () => [Buffer.from(JSON.stringify({ document: Buffer.from("%PDF-").toString("base64") }))];
const verify = (pieces: Buffer[]) =>
  overHttp1(target.addresses.connect, anonymous(VERIFY, "application/json"), pieces, true);

function* zeros(bytes: number, piece = 256 * 1024): Generator<Buffer> {
  for (let sent = 0; sent < bytes; sent += piece) yield Buffer.alloc(Math.min(piece, bytes - sent));
}

/** Makes a certificate by curl's protocol, as an app that has its token. */
function make(data: JsonObject | string): Promise<Answer> {
  const body = typeof data === "string" ? data : JSON.stringify({ order: orderOf(data) });
  const attack = anonymous(MAKE, "application/json", { authorization: `Bearer ${token}` });
  return overHttp1(target.addresses.connect, attack, [Buffer.from(body)], true);
}

const orderOf = (data: JsonObject) => ({
  businessSerial: "1",
  itemCode: "i",
  issuerCode: "1".repeat(18),
  holders: [{ name: "n", code: "c", codeType: "001" }],
  issueDate: "2026-01-01",
  data,
});

describe("who has not proven who he is costs no body (5.9.3)", () => {
  const STREAMED = [
    "application/grpc-web+json",
    "application/grpc-web+proto",
    "application/grpc+json",
    "application/grpc",
  ];
  const ALL = [...STREAMED, "application/json", "application/proto", "application/connect+json"];

  test.each(ALL)("HTTP/1.1, %s: 13 MiB are refused after their head, and none of them is kept", async (type) => {
    const announced = { "content-length": String(13 * MIB) };
    const attack = anonymous(MAKE, type, type === "application/connect+json" ? {} : announced);
    // Nothing of the body is sent before the answer.
    expect(reasonOf(await overHttp1(target.addresses.connect, attack, [], false))).toBe("TOKEN_MISSING");
    expect((await target.report()).handled).toBe(0);
  });

  test.each(ALL)("HTTP/2, %s: the same", async (type) => {
    const session = await openHttp2(target.addresses.connect, { tls: {} });
    open.push(session);
    expect(reasonOf(await overHttp2(session, anonymous(MAKE, type), [envelopeHead(13 * MIB)], false))).toBe(
      "TOKEN_MISSING",
    );
    expect((await target.report()).handled).toBe(0);
  });

  test("13 MiB of JSON in gRPC-Web, sent whole, hold no turn of the loop and no memory", async () => {
    const item = `{"a":[${"[],".repeat(1_000)}[]]},`;
    const json = Buffer.from(`{"order":{"data":{"x":[${item.repeat(3_000)}{}]}}}`.padEnd(13 * MIB));
    const pieces = [envelopeHead(json.length), json];
    const attack = anonymous(MAKE, "application/grpc-web+json", { "content-length": String(json.length + 5) });
    expect(reasonOf(await overHttp1(target.addresses.connect, attack, pieces, true))).toBe("TOKEN_MISSING");
    const { turn, handled } = await target.report();
    expect(handled).toBe(0);
    expect(turn).toBeLessThan(TURN_MS);
  });

  test.each(["public", "mesh"] as const)("grpc-js, %s: a message of 13 MiB is refused at its head", async (name) => {
    const tls = name === "mesh" ? files.identity(files.certify("service", ["usage"])) : {};
    const session = await openHttp2(target.addresses[name], { tls });
    open.push(session);
    const headers = { "content-type": "application/grpc", te: "trailers" };
    const attack = { path: name === "mesh" ? AGENT : MAKE, headers };
    const answer = await overHttp2(session, attack, [envelopeHead(13 * MIB), ...zeros(13 * MIB)], false);
    expect(reasonOf(answer)).toBe(name === "mesh" ? "PERMISSION_DENIED" : "TOKEN_MISSING");
    const { turn, handled } = await target.report();
    expect(handled).toBe(0);
    expect(turn).toBeLessThan(TURN_MS);
  });
});

describe("a request over the limit of its method is refused with both numbers, before it is kept", () => {
  const LIMIT = 22 * MIB;

  test("by what it announces, in every protocol", async () => {
    const announced = 40 * MIB;
    const unary = anonymous(VERIFY, "application/proto", { "content-length": String(announced) });
    const answers = [await overHttp1(target.addresses.connect, unary, [], false)];
    for (const [name, type] of [
      ["connect", "application/grpc-web+proto"],
      ["connect", "application/grpc"],
      ["public", "application/grpc"],
    ] as const) {
      const session = await openHttp2(target.addresses[name], { tls: {} });
      open.push(session);
      answers.push(await overHttp2(session, anonymous(VERIFY, type), [envelopeHead(announced)], false));
    }
    for (const answer of answers) {
      expect(reasonOf(answer)).toBe("TOO_LARGE");
      const told = `${answer.text}${answer.headers["grpc-message"]}`;
      expect(told).toContain(String(announced));
      expect(told).toContain(String(LIMIT));
    }
    expect(await target.metric("ecert_requests_refused_total", 'limit="bytes"')).toBeGreaterThanOrEqual(4);
  });

  test("by what comes, where nothing was announced", async () => {
    const answer = await overHttp1(
      target.addresses.connect,
      anonymous(VERIFY, "application/proto"),
      zeros(30 * MIB),
      false,
    );
    expect([answer.status, reasonOf(answer)]).toEqual([429, "TOO_LARGE"]);
  });

  test("public listener: whoever sends on after the refusal can use the connection at once, by a client that buffers whole messages", async () => {
    const { public: address } = target.addresses;
    const baseUrl = `https://${address}`;
    const sessionManager = new Http2SessionManager(baseUrl, {}, { rejectUnauthorized: false });
    open.push({ destroy: () => sessionManager.abort() });
    const client = createClient(VerifyService, createGrpcTransport({ baseUrl, sessionManager }));
    for (const size of [23, 34]) {
      const refused = client.verifyDocument({ document: new Uint8Array(size * MIB) });
      await expect(refused).rejects.toThrow(String(LIMIT));
      await client.verifyDocument({ document: new Uint8Array(1) });
    }
  });

  test("JSON in envelopes has 64 KiB, since it is parsed at once", async () => {
    const session = await openHttp2(target.addresses.connect, { tls: {} });
    open.push(session);
    for (const type of ["application/grpc-web+json", "application/grpc+json"]) {
      const answer = await overHttp2(session, anonymous(VERIFY, type), [envelopeHead(65_537)], false);
      expect(reasonOf(answer)).toBe("TOO_LARGE");
    }
  });

  test.each(["public", "connect"] as const)("%s: a small message that unpacks to more", async (name) => {
    const session = await openHttp2(target.addresses[name], { tls: {} });
    open.push(session);
    const bomb = gzipSync(Buffer.alloc(64 * MIB));
    const attack = anonymous(VERIFY, "application/grpc", { "grpc-encoding": "gzip", te: "trailers" });
    const answer = await overHttp2(session, attack, [envelopeHead(bomb.length, 1), bomb], true);
    expect(reasonOf(answer)).toBe("TOO_LARGE");
  });
});

describe("slow bodies", () => {
  const PROTOCOLS = ["application/json", "application/grpc-web+proto", "application/grpc"];

  test.each(PROTOCOLS)(
    "Connect listener, %s: one that does not arrive in time is refused with advice",
    async (type) => {
      const session = await openHttp2(target.addresses.connect, { tls: {} });
      open.push(session);
      const begun =
        type === "application/json" ? Buffer.from("{") : Buffer.concat([envelopeHead(100), Buffer.alloc(1)]);
      const answer = await overHttp2(session, anonymous(VERIFY, type), [begun], false);
      expect(reasonOf(answer)).toBe("DEADLINE_EXCEEDED");
    },
  );

  test("public listener, grpc-js: the same", async () => {
    const session = await openHttp2(target.addresses.public, { tls: {} });
    open.push(session);
    const answer = await overHttp2(session, anonymous(VERIFY, "application/grpc"), [envelopeHead(100)], false);
    expect(reasonOf(answer)).toBe("DEADLINE_EXCEEDED");
    expect(await target.metric("ecert_requests_refused_total", 'limit="bodyMs"')).toBeGreaterThan(0);
  });

  test("twelve of 15 MiB, which stop before their end, hold no more than one address may; others are served", async () => {
    const attack = anonymous(VERIFY, "application/proto", { "content-length": String(20 * MIB) });
    const answers = Array.from({ length: 12 }, () =>
      overHttp1(patient.addresses.connect, attack, zeros(15 * MIB), false).then(reasonOf),
    );
    await eventually(async () => expect(await patient.metric("ecert_buffered_bytes")).toBeGreaterThan(29 * MIB));
    expect((await patient.report("memory")).buffers).toBeLessThan(LIMITS.bufferedBytesPerAddress + SLACK);
    const elsewhere = { ...anonymous(VERIFY, "application/json"), from: "127.0.0.2" };
    expect((await overHttp1(patient.addresses.connect, elsewhere, small(), true)).status).toBe(200);
    const reasons = await Promise.all(answers);
    expect(new Set(reasons)).toEqual(new Set(["RATE_EXCEEDED", "DEADLINE_EXCEEDED"]));
  });

  test("of many addresses hold no more than the process may", async () => {
    const attack = anonymous(VERIFY, "application/proto", { "content-length": String(20 * MIB) });
    const answers = Array.from({ length: 12 }, (_, index) =>
      overHttp1(patient.addresses.connect, { ...attack, from: `127.0.0.${2 + (index % 4)}` }, zeros(15 * MIB), false),
    );
    await eventually(async () => expect(await patient.metric("ecert_buffered_bytes")).toBeGreaterThan(32 * MIB));
    expect((await patient.report("memory")).buffers).toBeLessThan(LIMITS.bufferedBytes + SLACK);
    const reasons = (await Promise.all(answers)).map(reasonOf);
    expect(reasons).toContain("OVERLOADED");
  });
});

describe("who has proven who he is", () => {
  test("40 streams of 30 MB on the mesh stay within the budget, and their memory is given back", async () => {
    const session = await openHttp2(target.addresses.mesh, { tls: files.identity(files.certify("agent", ["a"])) });
    open.push(session);
    const attack = { path: AGENT, headers: { "content-type": "application/grpc", te: "trailers" } };
    const size = 30_000_000;
    const reasons: unknown[] = [];
    for (let index = 0; index < 40; index++) {
      const answer = overHttp2(session, attack, [envelopeHead(size), ...zeros(size)], false);
      void answer.then((told) => reasons.push(reasonOf(told)));
    }
    // One has room, if it is quicker than the others; that one stays open.
    await eventually(() => expect(reasons.length).toBeGreaterThanOrEqual(39));
    expect(new Set(reasons)).toContain("RATE_EXCEEDED");
    expect((await target.report()).turn).toBeLessThan(TURN_MS);
    expect((await target.report("memory")).buffers).toBeLessThan(LIMITS.bufferedBytesPerAddress + SLACK);
  });

  test.each<[string, JsonObject | string, string]>([
    ["data of 10 MB", { x: "x".repeat(10_000_000) }, "TOO_LARGE"],
    ["a million members", `{"order":{"data":{"x":[${"0,".repeat(1_000_000)}0]}}}`, "TOO_LARGE"],
    ["values ten thousand deep", `{"order":{"data":${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}}}`, "TOO_LARGE"],
    ["values a million deep", `{"order":{"data":${'{"a":'.repeat(1_000_000)}1${"}".repeat(1_000_000)}}}`, "TOO_LARGE"],
    ["more than a message holds", { x: "x".repeat(600_000) }, "TOO_LARGE"],
    ["a hundred thousand unknown fields", `{${Array.from({ length: 7_000 }, (_, i) => `"x${i}":1`)}}`, "INVALID_FIELD"],
  ])("an order with %s is refused at once", async (_what, data, reason) => {
    const answer = await make(data);
    if (reason !== "INVALID_FIELD") expect(reasonOf(answer)).toBe(reason);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect((await target.report()).turn).toBeLessThan(TURN_MS);
  });

  test.each<[string, JsonObject]>([
    ["a hundred thousand nulls", { x: Array<null>(100_000).fill(null) }],
    ["a hundred thousand objects", { x: Array.from({ length: 100_000 }, () => ({})) }],
    ["text of 5 MB", { x: "文".repeat(1_700_000) }],
  ])("a binary order with %s is refused at once, before it is parsed", async (_what, data) => {
    const request = create(MakeCertificateRequestSchema, { order: create(MakeOrderSchema, orderOf(data)) });
    const bytes = Buffer.from(toBinary(MakeCertificateRequestSchema, request));
    await target.report();
    const session = await openHttp2(target.addresses.public, { tls: {} });
    open.push(session);
    const headers = { "content-type": "application/grpc", te: "trailers", authorization: `Bearer ${token}` };
    const answer = await overHttp2(session, { path: MAKE, headers }, [envelopeHead(bytes.length), bytes], true);
    expect(reasonOf(answer)).toBe("TOO_LARGE");
    const { handled, turn } = await target.report();
    expect(handled).toBe(0);
    expect(turn).toBeLessThan(TURN_MS);
  });

  test("a file of 20 MiB in JSON is taken, and parsed where it holds nobody up", async () => {
    const document = Buffer.alloc(20 * MIB, 7).toString("base64");
    const answer = await verify([Buffer.from(JSON.stringify({ document }))]);
    expect(answer.status).toBe(200);
    const { handled, turn } = await target.report();
    expect(handled).toBe(1);
    expect(turn).toBeLessThan(TURN_MS);
  });
});

describe("floods of connections", () => {
  test.each(["mesh", "public", "connect"] as const)(
    "%s: one address has its number of them; others come in",
    async (name) => {
      const { host, port } = splitAddress(target.addresses[name]);
      const sockets: Socket[] = [];
      let closed = 0;
      for (let index = 0; index < 3 * LIMITS.connectionsPerAddress; index++) {
        const socket = connectTcp({ host, port, localAddress: "127.0.0.9" });
        socket.on("error", () => {});
        socket.once("close", () => closed++);
        sockets.push(socket);
      }
      open.push(...sockets);
      await eventually(() => expect(closed).toBe(2 * LIMITS.connectionsPerAddress));
      const refused = `listener="${name}",limit="connectionsPerAddress"`;
      expect(await target.metric("ecert_connections_refused_total", refused)).toBe(2 * LIMITS.connectionsPerAddress);
      expect(await target.metric("ecert_connections", `listener="${name}"`)).toBeGreaterThanOrEqual(
        LIMITS.connectionsPerAddress,
      );
      const session = await openHttp2(target.addresses[name], { tls: files.identity(files.certify("service", ["x"])) });
      session.destroy();
      for (const socket of sockets) socket.destroy();
      await eventually(async () => expect(await target.metric("ecert_connections", `listener="${name}"`)).toBe(0));
    },
  );

  test.each(["mesh", "public", "connect"] as const)(
    "%s: a connection carries its number of calls at once",
    async (name) => {
      const session = await openHttp2(target.addresses[name], { tls: files.identity(files.certify("service", ["x"])) });
      open.push(session);
      expect(session.remoteSettings.maxConcurrentStreams).toBe(LIMITS.streamsPerConnection);
    },
  );
});

test("requests of one address that are arriving have their number, too", async () => {
  const session = await openHttp2(target.addresses.connect, { tls: {} });
  open.push(session);
  const sessions = await Promise.all(Array.from({ length: 8 }, () => openHttp2(target.addresses.connect, { tls: {} })));
  open.push(...sessions);
  const answers = sessions.flatMap((one) =>
    Array.from({ length: 40 }, () => overHttp2(one, anonymous(VERIFY, "application/json"), [Buffer.from("{")], false)),
  );
  const reasons = (await Promise.all(answers)).map(reasonOf);
  expect(reasons.filter((reason) => reason === "RATE_EXCEEDED")).toHaveLength(8 * 40 - LIMITS.bodiesPerAddress);
});
