import { connect as connectTcp, type Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { splitAddress } from "../../services/host/listener.ts";
import { eventually } from "../node/eventually.ts";
import { envelopeHead, openHttp2, overHttp1, overHttp2, reasonOf } from "./attacker.ts";
import {
  AGENT,
  anonymous,
  LIMITS,
  listenersScene,
  MAKE,
  MIB,
  orderOf,
  SLACK,
  small,
  TURN_MS,
  VERIFY,
  zeros,
} from "./listeners-scene.ts";

/** What fills its budget must have come before the first body is given up, on a slow machine too. */
const scene = listenersScene({ bodyMs: 12_000 });

describe("bodies that do not end", () => {
  test("twelve of 15 MiB, which stop before their end, hold no more than one address may; others are served", async () => {
    const attack = anonymous(VERIFY, "application/proto", { "content-length": String(20 * MIB) });
    const answers = Array.from({ length: 12 }, () =>
      overHttp1(scene.target.addresses.connect, attack, zeros(15 * MIB), false).then(reasonOf),
    );
    await eventually(async () => expect(await scene.target.metric("ecert_buffered_bytes")).toBeGreaterThan(29 * MIB));
    // What has just been refused is still being given back.
    await eventually(async () =>
      expect((await scene.target.report("memory")).buffers).toBeLessThan(LIMITS.bufferedBytesPerAddress + SLACK),
    );
    const elsewhere = { ...anonymous(VERIFY, "application/json"), from: "127.0.0.2" };
    expect((await overHttp1(scene.target.addresses.connect, elsewhere, small(), true)).status).toBe(200);
    const reasons = await Promise.all(answers);
    expect(new Set(reasons)).toEqual(new Set(["RATE_EXCEEDED", "DEADLINE_EXCEEDED"]));
  });

  test("of many addresses hold no more than the process may", async () => {
    const attack = anonymous(VERIFY, "application/proto", { "content-length": String(20 * MIB) });
    const answers = Array.from({ length: 12 }, (_, index) =>
      overHttp1(
        scene.target.addresses.connect,
        { ...attack, from: `127.0.0.${2 + (index % 4)}` },
        zeros(15 * MIB),
        false,
      ),
    );
    await eventually(async () => expect(await scene.target.metric("ecert_buffered_bytes")).toBeGreaterThan(32 * MIB));
    // What has just been refused is still being given back.
    await eventually(async () =>
      expect((await scene.target.report("memory")).buffers).toBeLessThan(LIMITS.bufferedBytes + SLACK),
    );
    const reasons = (await Promise.all(answers)).map(reasonOf);
    expect(reasons).toContain("OVERLOADED");
  });

  test("40 streams of 30 MB on the mesh stay within the budget, and their memory is given back", async () => {
    const session = await openHttp2(scene.target.addresses.mesh, {
      tls: scene.files.identity(scene.files.certify("agent", ["a"])),
    });
    scene.open.push(session);
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
    expect((await scene.target.report()).turn).toBeLessThan(TURN_MS);
    // What has just been refused is still being given back.
    await eventually(async () =>
      expect((await scene.target.report("memory")).buffers).toBeLessThan(LIMITS.bufferedBytesPerAddress + SLACK),
    );
  });
});

test("JSON with a file counts twice, for its text and for what becomes of it: 17 MiB are more than an address may hold, 15 are not", async () => {
  const json = (bytes: number) => [Buffer.from(JSON.stringify({ document: Buffer.alloc(bytes).toString("base64") }))];
  const [taken, refused] = [await scene.verify(json(11.25 * MIB)), await scene.verify(json(12.75 * MIB))];
  expect([taken.status, reasonOf(refused)]).toEqual([200, "RATE_EXCEEDED"]);
  expect(refused.text).toContain(String(LIMITS.bufferedBytesPerAddress));
  expect((await scene.target.report()).handled).toBe(1);
});

test("public, grpc-js: 250 messages of 16 KB that would unpack to 16 MiB each are refused, and none is unpacked", async () => {
  const bomb = gzipSync(Buffer.alloc(16 * MIB));
  const attack = anonymous(VERIFY, "application/grpc", { "grpc-encoding": "gzip", te: "trailers" });
  const sessions = await Promise.all(
    Array.from({ length: 5 }, () => openHttp2(scene.target.addresses.public, { tls: {} })),
  );
  scene.open.push(...sessions);
  await scene.target.report();
  const answers = sessions.flatMap((one) =>
    Array.from({ length: LIMITS.streamsPerConnection }, () =>
      overHttp2(one, attack, [envelopeHead(bomb.length, 1), bomb], true),
    ),
  );
  const told = await Promise.all(answers);
  expect(new Set(told.map(reasonOf))).toEqual(new Set(["UNIMPLEMENTED"]));
  expect(decodeURIComponent(String(told[0]?.headers["grpc-message"]))).toContain("send it uncompressed");
  const { most, handled } = await scene.target.report();
  expect(handled).toBe(0);
  expect(most).toBeLessThan(LIMITS.bufferedBytesPerAddress + SLACK);
});

describe("floods of connections", () => {
  test.each(["mesh", "public", "connect"] as const)(
    "%s: one address has its number of them; others come in",
    async (name) => {
      const { host, port } = splitAddress(scene.target.addresses[name]);
      const sockets: Socket[] = [];
      let closed = 0;
      for (let index = 0; index < 3 * LIMITS.connectionsPerAddress; index++) {
        const socket = connectTcp({ host, port, localAddress: "127.0.0.9" });
        socket.on("error", () => {});
        socket.once("close", () => closed++);
        sockets.push(socket);
      }
      scene.open.push(...sockets);
      await eventually(() => expect(closed).toBe(2 * LIMITS.connectionsPerAddress));
      const refused = `listener="${name}",limit="connectionsPerAddress"`;
      expect(await scene.target.metric("ecert_connections_refused_total", refused)).toBe(
        2 * LIMITS.connectionsPerAddress,
      );
      expect(await scene.target.metric("ecert_connections", `listener="${name}"`)).toBeGreaterThanOrEqual(
        LIMITS.connectionsPerAddress,
      );
      const session = await openHttp2(scene.target.addresses[name], {
        tls: scene.files.identity(scene.files.certify("service", ["x"])),
      });
      session.destroy();
      for (const socket of sockets) socket.destroy();
      await eventually(async () =>
        expect(await scene.target.metric("ecert_connections", `listener="${name}"`)).toBe(0),
      );
    },
  );

  test.each(["mesh", "public", "connect"] as const)(
    "%s: a connection carries its number of calls at once",
    async (name) => {
      const session = await openHttp2(scene.target.addresses[name], {
        tls: scene.files.identity(scene.files.certify("service", ["x"])),
      });
      scene.open.push(session);
      expect(session.remoteSettings.maxConcurrentStreams).toBe(LIMITS.streamsPerConnection);
    },
  );
});

test("250 slow bodies of one address, where 20 calls are served at once, keep nobody else from being served", async () => {
  const { connect, public: grpc } = scene.target.addresses;
  const sessions = await Promise.all([connect, connect, connect, grpc, grpc].map((one) => openHttp2(one, { tls: {} })));
  scene.open.push(...sessions);
  for (const session of sessions) {
    for (let index = 0; index < LIMITS.streamsPerConnection; index++) {
      void overHttp2(session, anonymous(VERIFY, "application/grpc"), [envelopeHead(100)], false);
    }
  }
  await eventually(async () => expect(await scene.target.metric("ecert_calls_in_flight")).toBe(250));
  const order = {
    ...anonymous(MAKE, "application/json", { authorization: `Bearer ${scene.token}` }),
    from: "127.0.0.2",
  };
  const body = [Buffer.from(JSON.stringify({ order: orderOf({ note: "x" }) }))];
  expect((await overHttp1(connect, order, body, true)).status).toBe(200);
  expect(await scene.target.metric("ecert_calls_in_flight")).toBe(250);
});

test("requests of one address that are arriving have their number, too", async () => {
  const session = await openHttp2(scene.target.addresses.connect, { tls: {} });
  scene.open.push(session);
  const sessions = await Promise.all(
    Array.from({ length: 8 }, () => openHttp2(scene.target.addresses.connect, { tls: {} })),
  );
  scene.open.push(...sessions);
  const answers = sessions.flatMap((one) =>
    Array.from({ length: 40 }, () => overHttp2(one, anonymous(VERIFY, "application/json"), [Buffer.from("{")], false)),
  );
  const reasons = (await Promise.all(answers)).map(reasonOf);
  expect(reasons.filter((reason) => reason === "RATE_EXCEEDED")).toHaveLength(8 * 40 - LIMITS.bodiesPerAddress);
});
