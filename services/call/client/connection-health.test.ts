import { connect as connectHttp2, createServer, type Http2Server, type ServerHttp2Stream } from "node:http2";
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from "node:net";
import { create, toBinary } from "@bufbuild/protobuf";
import { afterEach, expect, test, vi } from "vitest";
import {
  type HealthCheckResponse_ServingStatus,
  HealthCheckResponseSchema,
  HealthCheckResponse_ServingStatus as Status,
} from "../../../proto/gen/grpc/health/v1/health_pb.ts";
import { createRounds } from "../../base/rounds.ts";
import { createConnectionHealth, LOOK_MS } from "./connection-health.ts";
import type { Health } from "./mesh-directory.ts";

const ENDPOINT = { host: "127.0.0.1", port: 1 };
const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A server that says how it is, behind a road that can be stopped: nothing comes by it then, as from a process that stands still. */
async function openRoad() {
  let pings = 0;
  const watches: ServerHttp2Stream[] = [];
  const server: Http2Server = createServer();
  server.on("session", (session) => session.on("ping", () => pings++));
  server.on("stream", (stream, headers) => {
    if (headers[":path"] !== "/grpc.health.v1.Health/Watch") return;
    stream.on("error", () => {});
    stream.respond({ ":status": 200, "content-type": "application/grpc" });
    watches.push(stream);
  });
  const port = await listening(server);
  const ends: { near: Socket; far: Socket }[] = [];
  const road = createTcpServer((near) => {
    const far = connect(port, "127.0.0.1");
    for (const end of [near, far]) end.on("error", () => {});
    near.pipe(far);
    far.pipe(near);
    ends.push({ near, far });
  });
  const session = connectHttp2(`http://127.0.0.1:${await listening(road)}`);
  session.on("error", () => {});
  closing.push(() => {
    session.destroy();
    for (const { far } of ends) far.destroy();
    road.close();
    server.close();
  });
  await new Promise((resolve) => session.once("remoteSettings", resolve));

  const seen: Health[] = [];
  let calls = 0;
  const health = createConnectionHealth(createRounds(LOOK_MS));
  const stop = health.watch(ENDPOINT, (told) => {
    if (seen.at(-1) !== told) seen.push(told);
  });
  closing.push(stop);
  health.connected(ENDPOINT, { session, waiting: () => calls });
  await vi.waitFor(() => expect(watches).toHaveLength(1));
  return {
    ...{ session, seen, stop, watches, health },
    pings: () => pings,
    wait: (count: number) => (calls = count),
    say: (status: HealthCheckResponse_ServingStatus) => watches.at(-1)?.write(framed(status)),
    /** The bytes of an answer, in two pieces. */
    async sayTorn(status: HealthCheckResponse_ServingStatus) {
      const bytes = framed(status);
      watches.at(-1)?.write(bytes.subarray(0, 3));
      await new Promise((resolve) => setImmediate(resolve));
      watches.at(-1)?.write(bytes.subarray(3));
    },
    halt: () => ends[0]?.far.unpipe().pause(),
    goOn: () => ends[0]?.far.pipe(ends[0].near),
  };
}

function framed(status: HealthCheckResponse_ServingStatus): Buffer {
  const message = toBinary(HealthCheckResponseSchema, create(HealthCheckResponseSchema, { status }));
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

async function listening(server: ReturnType<typeof createTcpServer> | Http2Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

test("tells what the other end says of itself, however its words are cut, and nothing of one that is not connected any more", async () => {
  const { session, seen, say, sayTorn } = await openRoad();
  say(Status.SERVING);
  await vi.waitFor(() => expect(seen).toEqual(["serving"]));
  await sayTorn(Status.NOT_SERVING);
  await vi.waitFor(() => expect(seen.at(-1)).toBe("leaving"));
  session.destroy();
  await vi.waitFor(() => expect(seen.at(-1)).toBe("unknown"));
});

test("tells nothing of a connection that another one has followed", async () => {
  const [former, now] = [await openRoad(), await openRoad()];
  former.say(Status.SERVING);
  await vi.waitFor(() => expect(former.seen).toEqual(["serving"]));
  former.health.connected(ENDPOINT, { session: now.session, waiting: () => 0 });
  await vi.waitFor(() => expect(now.watches).toHaveLength(2));
  now.say(Status.NOT_SERVING);
  await vi.waitFor(() => expect(former.seen.at(-1)).toBe("leaving"));
  const ended = new Promise((resolve) => former.session.once("close", resolve));
  former.session.destroy();
  await ended;
  expect(former.seen).toEqual(["serving", "leaving"]);
});

test("watches again where a watch ends though its connection has not", { timeout: 20_000 }, async () => {
  const { seen, say, watches } = await openRoad();
  say(Status.SERVING);
  await vi.waitFor(() => expect(seen).toEqual(["serving"]));
  watches[0]?.close();
  await vi.waitFor(() => expect(watches).toHaveLength(2), { timeout: 10_000 });
  say(Status.SERVING);
  await vi.waitFor(() => expect(seen).toEqual(["serving", "unknown", "serving"]));
});

test("hears on, by a connection that this end has closed, how an endpoint is that was left out", async () => {
  const { session, seen, say } = await openRoad();
  say(Status.NOT_SERVING);
  await vi.waitFor(() => expect(seen).toEqual(["leaving"]));
  const answered = new Promise((resolve) => session.once("goaway", resolve));
  session.close();
  await answered;
  say(Status.SERVING);
  await vi.waitFor(() => expect(seen).toEqual(["leaving", "serving"]));
});

test("tells that nothing comes, and that something has come again, while calls wait and while none does", {
  timeout: 60_000,
}, async () => {
  for (const calls of [1, 0]) {
    const { seen, say, wait, halt, goOn } = await openRoad();
    wait(calls);
    say(Status.SERVING);
    await vi.waitFor(() => expect(seen).toEqual(["serving"]));
    halt();
    await vi.waitFor(() => expect(seen.at(-1)).toBe("silent"), { timeout: 20_000 });
    goOn();
    await vi.waitFor(() => expect(seen.at(-1)).toBe("serving"), { timeout: 10_000 });
  }
});

test("asks for no sign of life while answers come by the connection", { timeout: 60_000 }, async () => {
  const { seen, say, wait, pings } = await openRoad();
  wait(1);
  let said = 0;
  const talk = setInterval(() => {
    say(Status.SERVING);
    said++;
  }, 50);
  closing.push(() => clearInterval(talk));
  await vi.waitFor(() => expect(seen).toEqual(["serving"]));
  // Several looks at the connection.
  await vi.waitFor(() => expect(said).toBeGreaterThan(40), { timeout: 30_000 });
  expect(pings()).toBe(0);
  clearInterval(talk);
  await vi.waitFor(() => expect(pings()).toBeGreaterThan(0), { timeout: 10_000 });
  expect(seen).toEqual(["serving"]);
});
