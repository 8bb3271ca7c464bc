import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Mongod, startMongod } from "../../ops/servers/mongod.ts";
import { Refusal } from "../../services/domain/refusal.ts";
import { openStore } from "../../services/store/open.ts";
import { mongoForTests } from "../fixtures/mongo.ts";
import { standingStill } from "../node/stand-still.ts";
import { RECORDS, type Record } from "./contract.ts";

// A server of its own, since it is killed; whether one can be had was found out for all suites.
const mongo = await mongoForTests();

describe.skipIf("missing" in mongo || process.env.MONGODB_URI !== undefined)("a MongoDB that fails", () => {
  let directory: string;
  let server: Mongod;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "ecert-mongod-"));
    server = await startMongod({ directory });
  });
  afterAll(async () => {
    await server?.kill();
    await rm(directory, { recursive: true, force: true });
  });

  const open = () => openStore({ engine: "mongodb", uri: server.uri, database: "faults", timeoutMs: 2_000 });

  test("a kill in mid-load refuses with STORE_AWAY, loses nothing acknowledged, and the open store goes on", async () => {
    const store = await open();
    const records = await store.collection<Record>(RECORDS);
    const acknowledged: string[] = [];
    const refused: unknown[] = [];
    let next = 0;
    let killed: Promise<void> | undefined;
    const write = async () => {
      while (refused.length === 0) {
        const id = String(next++);
        await records.insert({ _id: id, revision: 1, app: "a", serial: id }).then(
          () => acknowledged.push(id),
          (error: unknown) => refused.push(error),
        );
        if (acknowledged.length >= 200) killed ??= server.kill();
      }
    };
    await Promise.all(Array.from({ length: 8 }, write));
    expect(acknowledged.length).toBeGreaterThanOrEqual(200);
    for (const error of refused)
      expect(error).toMatchObject({ reason: "STORE_AWAY", retryAfterMs: expect.any(Number) });
    await expect(store.check()).rejects.toBeInstanceOf(Refusal);

    await killed;
    server = await startMongod({ directory, port: server.port });
    await expect
      .poll(
        () =>
          store.check().then(
            () => true,
            () => false,
          ),
        { timeout: 20_000 },
      )
      .toBe(true);
    for (let i = 0; i < acknowledged.length; i += 1000) {
      const found = await records.getMany(acknowledged.slice(i, i + 1000));
      expect(found.every((document) => document !== undefined)).toBe(true);
    }
    await store.close();
  });

  test("a server that does not answer is STORE_AWAY, and not for ever", async () => {
    const store = await open();
    const records = await store.collection<Record>(RECORDS);
    await standingStill([server.pid], async () => {
      await expect(records.get("1")).rejects.toMatchObject({ reason: "STORE_AWAY" });
      await expect(records.insert({ _id: "frozen", revision: 1 })).rejects.toMatchObject({ reason: "STORE_AWAY" });
    });
    await expect
      .poll(
        () =>
          store.check().then(
            () => true,
            () => false,
          ),
        { timeout: 20_000 },
      )
      .toBe(true);
    await store.close();
  });
});
