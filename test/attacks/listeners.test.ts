import { gzipSync } from "node:zlib";
import { create, toBinary } from "@bufbuild/protobuf";
import { createClient } from "@connectrpc/connect";
import { createGrpcTransport, Http2SessionManager } from "@connectrpc/connect-node";
import { describe, expect, test } from "vitest";
import { MakeCertificateRequestSchema, MakeOrderSchema } from "../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import { VerifyService } from "../../proto/gen/ecert/usage/v1/verify_service_pb.ts";
import type { JsonObject } from "../../services/domain/canonical.ts";
import { envelopeHead, openHttp2, overHttp1, overHttp2, reasonOf } from "./attacker.ts";
import { AGENT, anonymous, listenersScene, MAKE, MIB, orderOf, TURN_MS, VERIFY, zeros } from "./listeners-scene.ts";

/** The largest file in JSON counts 56 MiB. */
const scene = listenersScene({ bufferedBytes: 96 * MIB, bufferedBytesPerAddress: 64 * MIB });

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
    expect(reasonOf(await overHttp1(scene.target.addresses.connect, attack, [], false))).toBe("TOKEN_MISSING");
    expect((await scene.target.report()).handled).toBe(0);
  });

  test.each(ALL)("HTTP/2, %s: the same", async (type) => {
    const session = await openHttp2(scene.target.addresses.connect, { tls: {} });
    scene.open.push(session);
    expect(reasonOf(await overHttp2(session, anonymous(MAKE, type), [envelopeHead(13 * MIB)], false))).toBe(
      "TOKEN_MISSING",
    );
    expect((await scene.target.report()).handled).toBe(0);
  });

  test("13 MiB of JSON in gRPC-Web, sent whole, hold no turn of the loop and no memory", async () => {
    const item = `{"a":[${"[],".repeat(1_000)}[]]},`;
    const json = Buffer.from(`{"order":{"data":{"x":[${item.repeat(3_000)}{}]}}}`.padEnd(13 * MIB));
    const pieces = [envelopeHead(json.length), json];
    const attack = anonymous(MAKE, "application/grpc-web+json", { "content-length": String(json.length + 5) });
    expect(reasonOf(await overHttp1(scene.target.addresses.connect, attack, pieces, true))).toBe("TOKEN_MISSING");
    const { turn, handled } = await scene.target.report();
    expect(handled).toBe(0);
    expect(turn).toBeLessThan(TURN_MS);
  });

  test.each(["public", "mesh"] as const)("grpc-js, %s: a message of 13 MiB is refused at its head", async (name) => {
    const tls = name === "mesh" ? scene.files.identity(scene.files.certify("service", ["usage"])) : {};
    const session = await openHttp2(scene.target.addresses[name], { tls });
    scene.open.push(session);
    const headers = { "content-type": "application/grpc", te: "trailers" };
    const attack = { path: name === "mesh" ? AGENT : MAKE, headers };
    const answer = await overHttp2(session, attack, [envelopeHead(13 * MIB), ...zeros(13 * MIB)], false);
    expect(reasonOf(answer)).toBe(name === "mesh" ? "PERMISSION_DENIED" : "TOKEN_MISSING");
    const { turn, handled } = await scene.target.report();
    expect(handled).toBe(0);
    expect(turn).toBeLessThan(TURN_MS);
  });
});

describe("a request over the limit of its method is refused with both numbers, before it is kept", () => {
  const LIMIT = 22 * MIB;

  test("by what it announces, in every protocol", async () => {
    const announced = 40 * MIB;
    const unary = anonymous(VERIFY, "application/proto", { "content-length": String(announced) });
    const answers = [await overHttp1(scene.target.addresses.connect, unary, [], false)];
    for (const [name, type] of [
      ["connect", "application/grpc-web+proto"],
      ["connect", "application/grpc"],
      ["public", "application/grpc"],
    ] as const) {
      const session = await openHttp2(scene.target.addresses[name], { tls: {} });
      scene.open.push(session);
      answers.push(await overHttp2(session, anonymous(VERIFY, type), [envelopeHead(announced)], false));
    }
    for (const answer of answers) {
      expect(reasonOf(answer)).toBe("TOO_LARGE");
      const told = `${answer.text}${answer.headers["grpc-message"]}`;
      expect(told).toContain(String(announced));
      expect(told).toContain(String(LIMIT));
    }
    expect(await scene.target.metric("ecert_requests_refused_total", 'limit="bytes"')).toBeGreaterThanOrEqual(4);
  });

  test("by what comes, where nothing was announced", async () => {
    const answer = await overHttp1(
      scene.target.addresses.connect,
      anonymous(VERIFY, "application/proto"),
      zeros(30 * MIB),
      false,
    );
    expect([answer.status, reasonOf(answer)]).toEqual([400, "TOO_LARGE"]);
  });

  test("public listener: whoever sends on after the refusal can use the connection at once, by a client that buffers whole messages", async () => {
    const { public: address } = scene.target.addresses;
    const baseUrl = `https://${address}`;
    const sessionManager = new Http2SessionManager(baseUrl, {}, { rejectUnauthorized: false });
    scene.open.push({ destroy: () => sessionManager.abort() });
    const client = createClient(VerifyService, createGrpcTransport({ baseUrl, sessionManager }));
    for (const size of [23, 34]) {
      const refused = client.verifyDocument({ document: new Uint8Array(size * MIB) });
      await expect(refused).rejects.toThrow(String(LIMIT));
      await client.verifyDocument({ document: new Uint8Array(1) });
    }
  });

  test("JSON in envelopes has 64 KiB, since it is parsed at once", async () => {
    const session = await openHttp2(scene.target.addresses.connect, { tls: {} });
    scene.open.push(session);
    for (const type of ["application/grpc-web+json", "application/grpc+json"]) {
      const answer = await overHttp2(session, anonymous(VERIFY, type), [envelopeHead(65_537)], false);
      expect(reasonOf(answer)).toBe("TOO_LARGE");
    }
  });

  test.each([
    ["public", "UNIMPLEMENTED"],
    ["connect", "TOO_LARGE"],
  ] as const)("%s: a small message that unpacks to more: %s", async (name, reason) => {
    const session = await openHttp2(scene.target.addresses[name], { tls: {} });
    scene.open.push(session);
    const bomb = gzipSync(Buffer.alloc(64 * MIB));
    const attack = anonymous(VERIFY, "application/grpc", { "grpc-encoding": "gzip", te: "trailers" });
    const answer = await overHttp2(session, attack, [envelopeHead(bomb.length, 1), bomb], true);
    expect(reasonOf(answer)).toBe(reason);
  });
});

describe("slow bodies", () => {
  const PROTOCOLS = ["application/json", "application/grpc-web+proto", "application/grpc"];

  test.each(PROTOCOLS)(
    "Connect listener, %s: one that does not arrive in time is refused with advice",
    async (type) => {
      const session = await openHttp2(scene.target.addresses.connect, { tls: {} });
      scene.open.push(session);
      const begun =
        type === "application/json" ? Buffer.from("{") : Buffer.concat([envelopeHead(100), Buffer.alloc(1)]);
      const answer = await overHttp2(session, anonymous(VERIFY, type), [begun], false);
      expect(reasonOf(answer)).toBe("DEADLINE_EXCEEDED");
    },
  );

  test("public listener, grpc-js: the same", async () => {
    const session = await openHttp2(scene.target.addresses.public, { tls: {} });
    scene.open.push(session);
    const answer = await overHttp2(session, anonymous(VERIFY, "application/grpc"), [envelopeHead(100)], false);
    expect(reasonOf(answer)).toBe("DEADLINE_EXCEEDED");
    expect(await scene.target.metric("ecert_requests_refused_total", 'limit="bodyMs"')).toBeGreaterThan(0);
  });
});

describe("who has proven who he is", () => {
  test.each<[string, JsonObject | string, string]>([
    ["data of 10 MB", { x: "x".repeat(10_000_000) }, "TOO_LARGE"],
    ["a million members", `{"order":{"data":{"x":[${"0,".repeat(1_000_000)}0]}}}`, "TOO_LARGE"],
    ["values ten thousand deep", `{"order":{"data":${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}}}`, "TOO_LARGE"],
    ["values a million deep", `{"order":{"data":${'{"a":'.repeat(1_000_000)}1${"}".repeat(1_000_000)}}}`, "TOO_LARGE"],
    ["more than a message holds", { x: "x".repeat(600_000) }, "TOO_LARGE"],
    ["7,000 unknown fields", `{${Array.from({ length: 7_000 }, (_, i) => `"x${i}":1`)}}`, "UNKNOWN_FIELD"],
  ])("an order with %s is refused at once", async (_what, data, reason) => {
    const answer = await scene.make(data);
    expect(reasonOf(answer)).toBe(reason);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect((await scene.target.report()).turn).toBeLessThan(TURN_MS);
  });

  test.each<[string, JsonObject]>([
    ["a hundred thousand nulls", { x: Array<null>(100_000).fill(null) }],
    ["a hundred thousand objects", { x: Array.from({ length: 100_000 }, () => ({})) }],
    ["text of 5 MB", { x: "文".repeat(1_700_000) }],
  ])("a binary order with %s is refused at once, before it is parsed", async (_what, data) => {
    const request = create(MakeCertificateRequestSchema, { order: create(MakeOrderSchema, orderOf(data)) });
    const bytes = Buffer.from(toBinary(MakeCertificateRequestSchema, request));
    await scene.target.report();
    const session = await openHttp2(scene.target.addresses.public, { tls: {} });
    scene.open.push(session);
    const headers = { "content-type": "application/grpc", te: "trailers", authorization: `Bearer ${scene.token}` };
    const answer = await overHttp2(session, { path: MAKE, headers }, [envelopeHead(bytes.length), bytes], true);
    expect(reasonOf(answer)).toBe("TOO_LARGE");
    const { handled, turn } = await scene.target.report();
    expect(handled).toBe(0);
    expect(turn).toBeLessThan(TURN_MS);
  });

  test("a file of 20 MiB in JSON is taken, and parsed where it holds nobody up", async () => {
    const document = Buffer.alloc(20 * MIB, 7).toString("base64");
    const answer = await scene.verify([Buffer.from(JSON.stringify({ document }))]);
    expect(answer.status).toBe(200);
    const { handled, turn } = await scene.target.report();
    expect(handled).toBe(1);
    expect(turn).toBeLessThan(TURN_MS);
  });
});
