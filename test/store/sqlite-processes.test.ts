import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { checkBlobs } from "../../services/store/files/keep-packs.ts";
import { openStore } from "../../services/store/open.ts";
import { openSqliteBlobs } from "../../services/store/sqlite/blobs.ts";
import { RECORDS, type Record } from "./contract.ts";

const directory = await mkdtemp(join(tmpdir(), "ecert-processes-"));
afterAll(() => rm(directory, { recursive: true, force: true }));

const WRITER = fileURLToPath(new URL("write-until-killed.ts", import.meta.url));

/** Starts a writer, kills it (SIGKILL) once it has acknowledged so many writes, and gives what it acknowledged. */
async function writeAndKill(name: string, prefix: string, acknowledgements: number): Promise<string[]> {
  const child = spawn(process.execPath, [WRITER, directory, name, prefix], { stdio: ["ignore", "pipe", "inherit"] });
  let heard = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    heard += text;
    if (heard.split("\n").length > acknowledgements) child.kill("SIGKILL");
  });
  const [, signal] = (await once(child, "close")) as [number | null, string | null];
  expect(signal).toBe("SIGKILL");
  // The last line may be torn; a torn acknowledgement is none.
  return heard.split("\n").slice(0, -1);
}

/** Opens the store of killed writers and checks that it holds, whole, everything they acknowledged. */
async function expectKept(name: string, acknowledged: string[]): Promise<void> {
  const store = await openStore({ engine: "sqlite", directory, name });
  const records = await store.collection<Record>(RECORDS);
  for (const line of acknowledged) {
    const [kind, id] = [line.slice(0, 1), line.slice(1)];
    if (kind === "b") {
      expect((await store.blobs.get(id))?.length, line).toBeGreaterThan(0);
      continue;
    }
    const found = await records.get(id);
    expect(found, line).toBeDefined();
    if (kind === "r") expect(found?.state, line).toBe("issued");
    const page = await records.query({ index: "serial", equals: [found?.app as string, id], limit: 1 });
    expect(page.items[0]?._id).toBe(id);
  }
  // Documents and index rows were committed together: nothing is counted that is not there, and nothing is left out.
  const indexed = await records.count("serial");
  expect((await records.count("state", ["made"])) + (await records.count("state", ["issued"]))).toBe(indexed);
  await store.check();
  await store.close();
}

test("every write that was acknowledged before a SIGKILL is there afterwards", async () => {
  const acknowledged: string[] = [];
  for (const [round, count] of [50, 400, 1_000].entries()) {
    acknowledged.push(...(await writeAndKill("killed", `k${round}-`, count)));
    await expectKept("killed", acknowledged);
  }
  expect(acknowledged.length).toBeGreaterThan(1_400);
});

test("three processes write one file at the same time, and none loses what it acknowledged", async () => {
  const heard = await Promise.all(["a", "b", "c"].map((prefix) => writeAndKill("together", prefix, 300)));
  await expectKept("together", heard.flat());
  for (const lines of heard) expect(lines.length).toBeGreaterThanOrEqual(300);
});

test("what killed processes left in packs is whole or has no name", async () => {
  const blobs = await openSqliteBlobs({ directory, name: "killed" });
  const { good, damaged, missing } = await checkBlobs(blobs);
  expect(good).toBeGreaterThan(10);
  expect({ damaged, missing }).toEqual({ damaged: [], missing: [] });
  await blobs.close();
});
