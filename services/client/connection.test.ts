import { once } from "node:events";
import { constants, createServer, type Http2Server, type ServerHttp2Session, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Connection } from "./connection.ts";
import { Unanswered } from "./unanswered.ts";

let server: Http2Server;
let address: string;
let sessions: ServerHttp2Session[];
const quiet = new AbortController().signal;
const request = { path: "/x", headers: {}, body: Buffer.from("body") };

beforeEach(async () => {
  server = createServer();
  sessions = [];
  server.on("session", (session) => {
    sessions.push(session);
    session.on("error", () => {});
  });
  server.on("sessionError", () => {});
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  for (const session of sessions) session.destroy();
  server.close();
});

const serve = (handler: (stream: ServerHttp2Stream) => void) =>
  server.on("stream", (stream) => {
    stream.on("error", () => {});
    handler(stream);
  });
const open = () => Connection.open(address, undefined, quiet);
const lost = async (connection: Connection, body = request.body): Promise<Unanswered> => {
  const error = await connection.send({ ...request, body }, quiet).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(Unanswered);
  return error as Unanswered;
};

test.each([
  ["REFUSED_STREAM", constants.NGHTTP2_REFUSED_STREAM],
  ["ENHANCE_YOUR_CALM", constants.NGHTTP2_ENHANCE_YOUR_CALM],
])("a request that is reset with %s was not processed", async (name, code) => {
  serve((stream) => stream.close(code));
  const error = await lost(await open());
  expect(error).toMatchObject({ obstacle: "turned away", unprocessed: true });
  expect(error.message).toContain(name);
});

test.each([
  ["INTERNAL_ERROR", constants.NGHTTP2_INTERNAL_ERROR],
  ["CANCEL", constants.NGHTTP2_CANCEL],
])("of a request that is reset with %s nobody knows whether it was processed", async (name, code) => {
  serve((stream) => stream.resume().on("end", () => stream.close(code)));
  const error = await lost(await open());
  expect(error.unprocessed).toBe(false);
  expect(error.message).toContain(name);
  expect(error.refusal(false)).toMatchObject({ reason: "PEER_AWAY", metadata: { address, processed: "unknown" } });
});

test("a request that had begun to be answered was processed, though its end waits for room", async () => {
  serve((stream) => {
    stream.pause();
    stream.respond({ ":status": 200 });
    stream.write("part", () => stream.session?.destroy());
  });
  expect(await lost(await open(), Buffer.alloc(1 << 20))).toMatchObject({ unprocessed: false });
});

test("behind a GOAWAY requests above the last that was taken were not processed, the others may have been", async () => {
  const streams: ServerHttp2Stream[] = [];
  serve((stream) => {
    streams.push(stream);
    // The second is above the last that is named.
    if (streams.length === 2) sessions[0]?.goaway(constants.NGHTTP2_ENHANCE_YOUR_CALM, streams[0]?.id);
  });
  const connection = await open();
  const [first, second] = await Promise.all([lost(connection), lost(connection)]);
  expect(first).toMatchObject({ unprocessed: false });
  expect(second).toMatchObject({ unprocessed: true });
  expect(second.message).toContain("GOAWAY ENHANCE_YOUR_CALM");
  expect(connection.usable).toBe(false);
});

test("what a server answers before it ends the connection in order is answered, and nothing new is sent over it", async () => {
  serve((stream) => {
    sessions[0]?.close();
    stream.respond({ ":status": 200 });
    stream.end("answer");
  });
  const connection = await open();
  expect((await connection.send(request, quiet)).body.toString()).toBe("answer");
  expect(connection.usable).toBe(false);
});

test("a request whose end waits for room when the connection dies was not processed", async () => {
  serve((stream) => {
    stream.pause();
    setImmediate(() => stream.session?.destroy());
  });
  expect(await lost(await open(), Buffer.alloc(1 << 20))).toMatchObject({ unprocessed: true });
});

test("who refuses connections was sent nothing", async () => {
  server.close();
  await once(server, "close");
  const error = await open().catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({
    obstacle: "away",
    unprocessed: true,
    message: expect.stringContaining("ECONNREFUSED"),
  });
});

test("an error of a connection that was left already does not end the process of the department's system", async () => {
  serve((stream) => stream.respond({ ":status": 200 }, { endStream: true }));
  const connection = await open();
  await connection.send(request, quiet);
  connection.destroy("left");
  sessions[0]?.destroy(new Error("late"));
  await expect(connection.send(request, quiet)).rejects.toMatchObject({ unprocessed: true });
});
