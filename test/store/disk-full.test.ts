import { execFileSync } from "node:child_process";
import { mkdtemp, rm, statfs, unlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { Refusal } from "../../services/domain/refusal.ts";
import { openStore } from "../../services/store/open.ts";
import type { Collection } from "../../services/store/port.ts";
import { RECORDS, type Record } from "./contract.ts";

const directory = await mkdtemp(join(tmpdir(), "ecert-full-"));
const mounted = mountSmallDisk(directory);
afterAll(async () => {
  if (mounted) execFileSync("umount", ["--lazy", directory]);
  await rm(directory, { recursive: true, force: true });
});

/** A disk of 12 MiB in memory, where this process may mount one. */
function mountSmallDisk(path: string): boolean {
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=12m,mode=0700", "tmpfs", path], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** Inserts until the store refuses; gives the refusal and what was acknowledged. */
async function fill(records: Collection<Record>, prefix: string): Promise<{ refusal: Refusal; stored: string[] }> {
  const stored: string[] = [];
  for (let i = 0; ; i++) {
    const id = `${prefix}${i}`;
    try {
      await records.insert({ _id: id, revision: 1, app: prefix, serial: id, note: "x".repeat(20_000) });
      stored.push(id);
    } catch (error) {
      return { refusal: error as Refusal, stored };
    }
  }
}

test("a store at its upper size refuses with STORE_FULL, keeps what it has and goes on when room is made", async () => {
  const home = await mkdtemp(join(tmpdir(), "ecert-quota-"));
  const store = await openStore({ engine: "sqlite", directory: home, name: "quota", maximumBytes: 1 << 20 });
  const records = await store.collection<Record>(RECORDS);
  const { refusal, stored } = await fill(records, "q");
  expect(refusal.reason).toBe("STORE_FULL");
  expect(refusal.retryAfterMs).toBeGreaterThan(0);
  expect(stored.length).toBeGreaterThan(10);
  expect(await records.count("serial")).toBe(stored.length);
  expect(await records.get(`q${stored.length}`)).toBeUndefined();
  for (const id of stored.slice(0, 5)) expect(await records.remove(id, 1)).toBe(true);
  await records.insert({ _id: "after", revision: 1, app: "q", serial: "after", note: "x".repeat(20_000) });
  await store.close();
  await rm(home, { recursive: true });
});

if (!mounted) process.stderr.write("full disk skipped: this host lets nobody mount a tmpfs\n");
test.skipIf(!mounted)(
  "a full disk is STORE_FULL for documents and blobs, nothing is half written, and it recovers",
  async () => {
    const store = await openStore({ engine: "sqlite", directory, name: "disk" });
    const records = await store.collection<Record>(RECORDS);
    const ballast = join(directory, "ballast");
    await writeFile(ballast, Buffer.alloc(8 << 20));
    const { refusal, stored } = await fill(records, "d");
    expect(refusal.reason).toBe("STORE_FULL");
    expect((await statfs(directory)).bavail * 4096).toBeLessThan(200_000);

    const bytes = Buffer.alloc(1 << 20, "licence");
    const blob = await store.blobs.put(bytes).catch((thrown: unknown) => thrown);
    expect((blob as Refusal).reason).toBe("STORE_FULL");
    expect(await records.count("serial")).toBe(stored.length);
    expect((await records.getMany(stored)).every((document) => document !== undefined)).toBe(true);

    await unlink(ballast);
    await store.check();
    const digest = await store.blobs.put(bytes);
    expect(await store.blobs.has(digest)).toBe(true);
    await records.insert({ _id: "after", revision: 1, app: "d", serial: "after" });
    await store.close();
    const again = await openStore({ engine: "sqlite", directory, name: "disk" });
    const reopened = await again.collection<Record>(RECORDS);
    expect(await reopened.count("serial")).toBe(stored.length + 1);
    await again.close();
  },
);
