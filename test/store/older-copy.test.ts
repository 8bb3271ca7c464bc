import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { cp, rm } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { startMongod } from "../../ops/servers/mongod.ts";
import { Refusal } from "../../services/domain/refusal.ts";
import type { NodeConfig } from "../../services/host/config.ts";
import { verifyJournal } from "../../services/journal/read-journal.ts";
import { openStoreMark, STORE_MARK } from "../../services/node/store-mark.ts";
import type { CollectionSpec, Store, Stored } from "../../services/store/port.ts";
import { bothEngines } from "../fixtures/engines.ts";
import { mongoForTests } from "../fixtures/mongo.ts";
import { makeNodeFiles } from "../node/node-files.ts";

const MAIN = join(import.meta.dirname, "../../services/main.ts");
/** What a slow host may need; what is waited for comes in milliseconds. */
const WAIT = { timeout: 15_000, interval: 20 };
const mongo = await mongoForTests();
const files = makeNodeFiles();

afterAll(() => files.remove());

/** A core that runs as its own process. */
interface Core {
  /** Resolves when it says that it is ready, or with what it said on standard error where it ended before. */
  ready: Promise<string | undefined>;
  /** Resolves when it has ended, to the exit code and what it said. */
  ended: Promise<{ code: number | null; out: string; err: string }>;
  stop(): Promise<unknown>;
}

function startCore(config: NodeConfig): Core {
  const path = join(files.directory, "core.json");
  writeFileSync(path, JSON.stringify(config));
  const child = spawn(process.execPath, [MAIN, "--config", path], { stdio: ["ignore", "pipe", "pipe"] });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  const said = { out: "", err: "" };
  const ready = Promise.withResolvers<string | undefined>();
  createInterface(child.stdout).on("line", (line) => {
    said.out += `${line}\n`;
    if (line.startsWith('{"ready":true')) ready.resolve(undefined);
  });
  child.stderr.on("data", (data) => {
    said.err += data;
  });
  const ended = once(child, "close").then(([code]) => {
    ready.resolve(said.err);
    return { code, ...said };
  });
  const stop = () => {
    child.kill("SIGTERM");
    return ended;
  };
  return { ready: ready.promise, ended, stop };
}

const markFile = ({ dataDirectory }: NodeConfig) => join(dataDirectory, "marks", "catalog-a.json");
const seen = (config: NodeConfig): number => JSON.parse(readFileSync(markFile(config), "utf8")).count;

/** The core refuses to start with the remedy; once a person has decided, it starts. */
async function refusedUntilDecided(config: NodeConfig): Promise<void> {
  const refused = startCore(config);
  expect(await refused.ready).toContain(`remove ${markFile(config)}, start again, and run \`ecert recover\``);
  expect(await refused.ended).toMatchObject({
    code: 1,
    err: expect.stringContaining("the store of catalog is an older"),
  });
  rmSync(markFile(config));
  const decided = startCore(config);
  expect(await decided.ready).toBeUndefined();
  await decided.stop();
}

describe("a store that was put back from an older copy", () => {
  test("of SQLite is refused at the start with the remedy, though no peer was asked", async () => {
    const config = files.config(["catalog"]);
    const store = join(config.dataDirectory, "store");
    const copy = join(files.directory, "copy");
    const run = async () => {
      const core = startCore(config);
      expect(await core.ready).toBeUndefined();
      await core.stop();
    };
    await run();
    await cp(store, copy, { recursive: true });
    await run();
    expect(seen(config)).toBeGreaterThan(1);
    await rm(store, { recursive: true });
    await cp(copy, store, { recursive: true });
    await refusedUntilDecided(config);
  }, 60_000);

  test.skipIf("missing" in mongo || process.env.MONGODB_URI !== undefined)(
    "of MongoDB, restarted as a primary under a core that runs, ends the core with the remedy within 15 s, and is refused at the start",
    async () => {
      const directory = join(files.directory, "mongod");
      let server = await startMongod({ directory });
      onTestFinished(() => server.kill());
      const { port } = server;
      const uriFile = join(files.directory, "uri");
      writeFileSync(uriFile, server.uri, { mode: 0o600 });
      const config = files.config(["catalog"], {
        log: { level: "error" },
        store: { engine: "mongodb", uriFile, database: "older" },
      });
      const core = startCore(config);
      expect(await core.ready).toBeUndefined();
      await server.stop();
      const copy = join(files.directory, "mongod-copy");
      await cp(directory, copy, { recursive: true });
      const before = seen(config);
      server = await startMongod({ directory, port });
      // The server was away, and that is all: the core goes on.
      await expect.poll(() => seen(config), { timeout: 30_000 }).toBeGreaterThan(before);
      await server.kill();
      await rm(directory, { recursive: true });
      await cp(copy, directory, { recursive: true });
      server = await startMongod({ directory, port });
      const since = performance.now();
      const { code, out, err } = await core.ended;
      expect(performance.now() - since).toBeLessThan(15_000);
      expect([code, err]).toEqual([1, expect.stringContaining("put the right store back")]);
      expect(out).toContain("the store of catalog is an older copy");
      const kinds: string[] = [];
      await verifyJournal(join(config.dataDirectory, "evidence", "catalog-a"), "evidence", ({ kind }) =>
        kinds.push(kind),
      );
      expect(kinds).toContain("store-went-back");
      await refusedUntilDecided(config);
    },
    120_000,
  );
});

describe.each(await bothEngines())("the mark of a store on $name", (engine) => {
  async function house() {
    const { store, remove } = await engine.open();
    onTestFinished(remove);
    const marks = await store.collection<{ _id: string; revision: number; count: number }>(STORE_MARK);
    const file = join(files.directory, `${engine.name}-${Math.random()}`, "issue-a.json");
    const told: string[] = [];
    const log = {
      error: (_: object, text: string) => void told.push(text),
      warn: (_: object, text: string) => void told.push(text),
    };
    const open = (replica = file, everyMs = 10, from: Pick<Store, "collection"> = store) =>
      openStoreMark({
        store: from,
        service: "issue",
        file: replica,
        log,
        everyMs,
        onWentBack: ({ reason }) => told.push(reason),
      });
    const set = async (count: number) => {
      for (;;) {
        const stored = await marks.get("mark");
        if (stored && (await marks.replace({ ...stored, count }))) return;
      }
    };
    return { store, marks, file, told, open, set };
  }

  test("is counted up by all replicas, and a lower one is told by each of them, once", async () => {
    const { marks, file, told, open, set } = await house();
    const both = [await open(), await open(`${file}-b`)];
    await expect.poll(async () => (await marks.get("mark"))?.count, WAIT).toBeGreaterThan(20);
    expect(told).toEqual([]);
    for (const one of both) one.check();
    await set(3);
    await expect.poll(() => told, WAIT).toEqual(["NODE_BEHIND", "NODE_BEHIND"]);
    for (const one of both)
      expect(() => one.check()).toThrow(/older copy: its mark is at \d+, and this process has seen/);
    await Promise.all(both.map((one) => one.stop()));
    await expect(open()).rejects.toMatchObject({ reason: "NODE_BEHIND" });
    expect(told).toHaveLength(2);
  });

  test("cannot be counted up where there is no room: a start goes on, is watched, and finds an older one all the same", async () => {
    const { store, marks, file, told, open, set } = await house();
    await (await open()).stop();
    const before = (await marks.get("mark"))?.count ?? 0;
    let full = true;
    const crowded: Pick<Store, "collection"> = {
      async collection<T extends Stored>(spec: CollectionSpec) {
        const collection = await store.collection<T>(spec);
        const replace = async (document: T) => {
          if (full) throw new Refusal("STORE_FULL", "no room");
          return collection.replace(document);
        };
        return Object.assign(Object.create(collection), { replace });
      },
    };
    const mark = await open(file, 10, crowded);
    mark.check();
    expect(told).toEqual([expect.stringContaining("the store has no room")]);
    full = false;
    await expect.poll(async () => (await marks.get("mark"))?.count, WAIT).toBeGreaterThan(before + 1);
    full = true;
    await mark.stop();
    await set(before - 1);
    await expect(open(file, 10, crowded)).rejects.toMatchObject({ reason: "NODE_BEHIND" });
  });

  test("that is gone altogether is as good as an older one", async () => {
    const { marks, told, open } = await house();
    const mark = await open();
    await expect.poll(async () => (await marks.get("mark"))?.count, WAIT).toBeGreaterThan(2);
    for (let gone = false; !gone; ) gone = await marks.remove("mark", (await marks.get("mark"))?.revision ?? 0);
    await expect.poll(() => told, WAIT).toEqual(["NODE_BEHIND"]);
    await mark.stop();
  });

  test("is begun anew where file or count is damaged, and says so", async () => {
    const { marks, file, told, open, set } = await house();
    await (await open()).stop();
    writeFileSync(file, "{");
    await (await open()).stop();
    await set("many" as never);
    await (await open()).stop();
    expect(told).toEqual([
      "how far the store was seen cannot be read; it is seen anew from here",
      "the mark of the store cannot be read and is begun anew",
    ]);
    expect((await marks.get("mark"))?.count).toBe(JSON.parse(readFileSync(file, "utf8")).count);
  });
});
