import { once } from "node:events";
import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from "node:http2";
import { gzipSync } from "node:zlib";
import { fromBinary } from "@bufbuild/protobuf";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { StatusSchema } from "../../proto/gen/google/rpc/status_pb.ts";
import { refusalFromDetails, unpackAny } from "../../services/call/refusal/refusal-details.ts";
import { DEFAULT_LIMITS } from "../../services/host/limits.ts";
import { type RunningNode, startNode } from "../../services/node/node.ts";
import { eventually } from "./eventually.ts";
import { type Identity, makeNodeFiles, type NodeFiles } from "./node-files.ts";
import { outboxModule } from "./outbox-module.ts";

const LIST = "/ecert.event.v1.OutboxService/ListPendingEvents";
const BLOB = "/ecert.event.v1.OutboxService/GetBlob";
const STREAMS = 8;

let files: NodeFiles;
let node: RunningNode;
let sync: Identity;
const { module, probe } = outboxModule();
const sessions: ClientHttp2Session[] = [];

beforeAll(async () => {
  files = makeNodeFiles();
  sync = files.identity(files.certify("service", ["sync"]));
  const limits = { ...DEFAULT_LIMITS, messageBytes: 1 << 20, streamsPerConnection: STREAMS, bodyMs: 700 };
  node = await startNode(files.config(["issue"], { limits }), [module], { drainMs: 2_000 });
});
afterEach(() => {
  for (const session of sessions.splice(0)) session.destroy();
});
afterAll(async () => {
  probe.release();
  await node.stop();
  files.remove();
});

async function open(): Promise<ClientHttp2Session> {
  const session = connect(`https://${node.addresses.mesh}`, { ...sync });
  session.on("error", () => {});
  sessions.push(session);
  await once(session, "remoteSettings");
  return session;
}

interface Seen {
  /** Names of what came, in its order: `headers`, `data`, `trailers`. */
  order: string[];
  headers: Record<string, unknown>;
  trailers: Record<string, unknown>;
  body: Buffer;
  code: number;
}

const HEADERS = { ":method": "POST", "content-type": "application/grpc", te: "trailers" };

/** Calls, sends the pieces, ends unless told not to, and tells all that came. */
async function call(
  session: ClientHttp2Session,
  path: string,
  pieces: Buffer[],
  { headers = {}, end = true }: { headers?: Record<string, string | string[]>; end?: boolean } = {},
): Promise<Seen> {
  const stream = session.request({ ...HEADERS, ":path": path, ...headers });
  const seen = watch(stream);
  for (const piece of pieces) stream.write(piece);
  if (end) stream.end();
  return seen;
}

function watch(stream: ClientHttp2Stream): Promise<Seen> {
  const seen: Seen = { order: [], headers: {}, trailers: {}, body: Buffer.alloc(0), code: 0 };
  stream.on("error", () => {});
  stream.on("response", (headers) => {
    seen.order.push("headers");
    seen.headers = { ...headers };
  });
  stream.on("data", (chunk: Buffer) => {
    if (seen.order.at(-1) !== "data") seen.order.push("data");
    seen.body = Buffer.concat([seen.body, chunk]);
  });
  stream.on("trailers", (trailers) => {
    seen.order.push("trailers");
    seen.trailers = { ...trailers };
  });
  return new Promise((resolve) => stream.once("close", () => resolve(Object.assign(seen, { code: stream.rstCode }))));
}

function message(token: string, flags = 0): Buffer {
  const body = token === "" ? Buffer.alloc(0) : Buffer.concat([Buffer.from([0x12, token.length]), Buffer.from(token)]);
  const head = Buffer.from([flags, 0, 0, 0, body.length]);
  return Buffer.concat([head, body]);
}

/** The reason that trailers tell, wherever they came. */
function reasonIn({ headers, trailers }: Seen): string | undefined {
  const packed = String({ ...headers, ...trailers }["grpc-status-details-bin"] ?? "");
  const status = fromBinary(StatusSchema, Buffer.from(packed, "base64"));
  return refusalFromDetails(status.message, status.details.map(unpackAny))?.reason;
}

test("answers with headers, one message and trailers, in this order", async () => {
  const seen = await call(await open(), LIST, [message("x")]);
  expect(seen.order).toEqual(["headers", "data", "trailers"]);
  expect(seen.headers).toMatchObject({ ":status": 200, "content-type": "application/grpc+proto" });
  expect(seen.headers).toMatchObject({ "grpc-accept-encoding": "identity" });
  expect(seen.headers["grpc-status"]).toBeUndefined();
  expect(seen.trailers).toMatchObject({ "grpc-status": "0" });
  expect(seen.body.subarray(5).toString()).toContain("a:x");
  expect(seen.body.readUInt32BE(1)).toBe(seen.body.length - 5);
});

test("refuses in trailers alone: status, message in percents, details in Base64", async () => {
  const seen = await call(await open(), LIST, [message("refuse")]);
  expect(seen.order).toEqual(["headers"]);
  expect(seen.headers).toMatchObject({ ":status": 200, "grpc-status": "3", "grpc-retry-pushback-ms": "-1" });
  expect(decodeURIComponent(String(seen.headers["grpc-message"]))).toBe("two items of the data are refused");
  expect(reasonIn(seen)).toBe("DATA_INVALID");
});

test.each<[string, string, Buffer[], { headers?: Record<string, string>; end?: boolean }, string]>([
  ["a path that is not there", "/nobody.Here/Go", [message("x")], {}, "UNIMPLEMENTED"],
  ["no message", LIST, [], {}, "INVALID_FIELD"],
  ["two messages", LIST, [message("x"), message("y")], {}, "INVALID_FIELD"],
  ["two messages in one piece", LIST, [Buffer.concat([message("x"), message("y")])], {}, "INVALID_FIELD"],
  ["half a message", LIST, [message("abc").subarray(0, 7)], {}, "INVALID_FIELD"],
  ["half an envelope", LIST, [message("abc").subarray(0, 3)], {}, "INVALID_FIELD"],
  ["an unknown flag", LIST, [message("x", 2)], {}, "INVALID_FIELD"],
  ["no protobuf", LIST, [Buffer.from([0, 0, 0, 0, 1, 0xff])], {}, "INVALID_FIELD"],
  ["a packed message", LIST, [message("x", 1)], { headers: { "grpc-encoding": "gzip" } }, "UNIMPLEMENTED"],
  ["a message over its limit", LIST, [Buffer.from([0, 0x7f, 0, 0, 0])], { end: false }, "TOO_LARGE"],
  ["a message that stops", LIST, [message("abc").subarray(0, 6)], { end: false }, "DEADLINE_EXCEEDED"],
  ["an envelope that stops", LIST, [message("abc").subarray(0, 2)], { end: false }, "DEADLINE_EXCEEDED"],
  [
    "a caller that never ends its request",
    LIST,
    [message("x")],
    { end: false, headers: { "grpc-timeout": "300m" } },
    "DEADLINE_EXCEEDED",
  ],
  ["a deadline without a unit", LIST, [message("x")], { headers: { "grpc-timeout": "5" } }, "INVALID_FIELD"],
  ["a deadline of nine digits", LIST, [message("x")], { headers: { "grpc-timeout": "123456789m" } }, "INVALID_FIELD"],
  ["a deadline that has passed", LIST, [message("wait")], { headers: { "grpc-timeout": "0n" } }, "DEADLINE_EXCEEDED"],
])("refuses %s", async (_what, path, pieces, how, reason) => {
  const session = await open();
  expect(reasonIn(await call(session, path, pieces, how))).toBe(reason);
  // The connection serves on.
  expect((await call(session, LIST, [message("x")])).trailers).toMatchObject({ "grpc-status": "0" });
});

test("takes a message in single bytes, and ones that are packed by name only", async () => {
  const bytes = [...message("x")].map((byte) => Buffer.from([byte]));
  const headers = { "grpc-encoding": "gzip", "grpc-timeout": "99999999H" };
  expect((await call(await open(), LIST, bytes, { headers })).trailers["grpc-status"]).toBe("0");
});

test("refuses by HTTP what is no gRPC", async () => {
  const seen = await call(await open(), LIST, [gzipSync("x")], { headers: { "content-type": "text/plain" } });
  expect(seen.headers[":status"]).toBe(415);
});

test("takes headers in Base64 and headers that come twice, and resets a call with more of them than a connection may send", async () => {
  const session = await open();
  const headers = {
    "x-some-bin": Buffer.from([0, 255]).toString("base64"),
    "x-many": ["a", "b"],
    "x-request-id": "r-2",
  };
  expect((await call(session, LIST, [message("x")], { headers })).trailers["grpc-status"]).toBe("0");
  expect(probe.calls.at(-1)?.requestId).toBe("r-2");
  const before = probe.calls.length;
  const many = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`x-${index}`, "y"]));
  const refused = await call(session, LIST, [message("x")], { headers: many });
  expect([refused.order, refused.code]).toEqual([[], constants.NGHTTP2_ENHANCE_YOUR_CALM]);
  const large = await call(await open(), LIST, [message("x")], { headers: { "x-large": "y".repeat(70_000) } });
  expect(large.order).toEqual([]);
  expect(probe.calls).toHaveLength(before);
});

test("cancels a call whose stream is reset, in whichever state its body is", async () => {
  const session = await open();
  for (const end of [true, false]) {
    const before = probe.calls.length;
    const stream = session.request({ ...HEADERS, ":path": LIST });
    const gone = watch(stream);
    stream.write(message("wait"));
    if (end) stream.end();
    if (end) await eventually(() => expect(probe.calls).toHaveLength(before + 1));
    stream.close(constants.NGHTTP2_CANCEL);
    await gone;
    if (end) await eventually(() => expect(probe.calls.at(-1)?.signal.aborted).toBe(true));
  }
  await eventually(async () => {
    const text = await (await fetch(`http://${node.addresses.admin}/metrics`)).text();
    expect(text).toMatch(/^ecert_calls_in_flight\{.*\} 0$/m);
    expect(text).toMatch(/^ecert_buffered_bytes\{.*\} 0$/m);
  });
});

test("sends no more of an answer than the caller's windows take, and the rest when they open", async () => {
  const session = await open();
  const stream = session.request({ ...HEADERS, ":path": BLOB });
  stream.end(Buffer.concat([Buffer.from([0, 0, 0, 0, 66, 0x0a, 64]), Buffer.from("0".repeat(64))]));
  stream.pause();
  await once(stream, "response");
  await eventually(() => expect(stream.readableLength).toBeGreaterThan(0));
  expect(stream.readableLength).toBeLessThan(200_000);
  const seen = await watch(stream.resume());
  expect([seen.body.length > 290_000, seen.trailers["grpc-status"]]).toEqual([true, "0"]);
});

test("tells how many calls a connection may have at once, and serves the next when one has gone", async () => {
  const session = await open();
  expect(session.remoteSettings.maxConcurrentStreams).toBe(STREAMS);
  const waiting = Array.from({ length: STREAMS }, () => {
    const stream = session.request({ ...HEADERS, ":path": LIST, "grpc-timeout": "20S" });
    stream.on("error", () => {});
    stream.end(message("wait"));
    return stream;
  });
  // The next one waits at the client, as it knows the limit, and is served when one of them has gone.
  const next = call(session, LIST, [message("x")]);
  waiting[0]?.close(constants.NGHTTP2_CANCEL);
  expect((await next).trailers["grpc-status"]).toBe("0");
  for (const stream of waiting) stream.close(constants.NGHTTP2_CANCEL);
});

test("answers pings", async () => {
  const session = await open();
  await new Promise<void>((resolve, reject) => {
    session.ping((error) => (error ? reject(error) : resolve()));
  });
});

test("says goodbye to every connection when it stops, and serves to its end what it has begun", async () => {
  const own = outboxModule();
  const stopping = await startNode(files.config(["issue"]), [own.module], { drainMs: 5_000 });
  const session = connect(`https://${stopping.addresses.mesh}`, { ...sync });
  session.on("error", () => {});
  const seen = call(session, LIST, [message("wait")]);
  await eventually(() => expect(own.probe.calls).toHaveLength(1));
  const goodbye = once(session, "goaway");
  const stopped = stopping.stop();
  expect((await goodbye)[0]).toBe(constants.NGHTTP2_NO_ERROR);
  own.probe.release();
  expect((await seen).trailers["grpc-status"]).toBe("0");
  await stopped;
});
