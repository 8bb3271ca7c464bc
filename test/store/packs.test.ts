import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, open, readdir, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { Refusal } from "../../services/domain/refusal.ts";
import { sha256 } from "../../services/store/digest.ts";
import { checkBlobs, packLoose } from "../../services/store/files/keep-packs.ts";
import { createPackWriter } from "../../services/store/files/pack.ts";
import { openSqliteBlobs } from "../../services/store/sqlite/blobs.ts";

const data = await mkdtemp(join(tmpdir(), "ecert-packs-"));
const directory = join(data, "store");
afterAll(() => rm(data, { recursive: true, force: true }));

const opened = (name: string) => openSqliteBlobs({ directory, name });
const packsOf = async (name: string) => {
  const folder = join(directory, `${name}.blobs`, "packs");
  return (await readdir(folder)).map((pack) => join(folder, pack));
};

const ECERT = join(import.meta.dirname, "..", "..", "ops", "ecert", "main.ts");
function ecert(...args: string[]): { code: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [ECERT, ...args], { encoding: "utf8" });
  return { code: status, out: stdout, err: stderr };
}

/** Puts bytes where a version before packs had them. */
async function leaveLoose(name: string, bytes: Uint8Array, digest = sha256(bytes)): Promise<string> {
  const folder = join(directory, `${name}.blobs`, digest.slice(0, 2), digest.slice(2, 4));
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, digest), bytes);
  return digest;
}

test("blobs that come together lie in one pack; another process of the store reads them, and has a pack of its own", async () => {
  const [one, two] = [await opened("shared"), await opened("shared")];
  const contents = Array.from({ length: 300 }, () => randomBytes(2_000));
  const digests = await Promise.all(contents.map((bytes) => one.put(bytes)));
  expect(await packsOf("shared")).toHaveLength(1);
  expect(await Promise.all(digests.map((digest) => two.get(digest)))).toEqual(contents);
  await two.put(randomBytes(10));
  // What one has stored the other does not store again.
  await two.put(contents[0] as Buffer);
  expect(await packsOf("shared")).toHaveLength(2);
  expect(await checkBlobs(one)).toMatchObject({ good: 301, damaged: [], missing: [], unnamed: 0 });
  await Promise.all([one.close(), two.close()]);
});

test("damaged bytes are an internal error, not an answer", async () => {
  const blobs = await opened("damaged");
  const digest = await blobs.put(Buffer.from("licence"));
  const [pack] = await packsOf("damaged");
  await using file = await open(pack as string, "r+");
  await file.write("L", blobs.index.find(digest)?.at);
  const error = await blobs.get(digest).catch((thrown: unknown) => thrown);
  expect((error as Refusal).reason).toBe("INTERNAL");
  expect(await checkBlobs(blobs)).toMatchObject({ good: 0, damaged: [digest] });
  await blobs.close();
});

test("bytes that a process appended and never named are no blob, do no harm, and are counted", async () => {
  const blobs = await opened("unnamed");
  const bytes = randomBytes(500);
  const writer = createPackWriter(blobs.folder);
  await writer.append([{ digest: sha256(bytes), bytes }]);
  await writer.close();
  expect(await blobs.get(sha256(bytes))).toBeUndefined();
  expect(await blobs.put(bytes)).toBe(sha256(bytes));
  expect(await checkBlobs(blobs)).toMatchObject({ good: 1, unnamed: 1 });
  await blobs.close();
});

test("a pack that was put back from an older copy lacks what came later: it is not there, and is stored again", async () => {
  const before = await opened("older");
  const [kept, later] = [randomBytes(100), randomBytes(100)];
  await before.put(kept);
  const [pack] = await packsOf("older");
  await before.put(later);
  await before.close();
  await truncate(pack as string, 140 + 60);
  const blobs = await opened("older");
  expect(await blobs.has(sha256(later))).toBe(false);
  expect(await blobs.get(sha256(later))).toBeUndefined();
  expect(await blobs.get(sha256(kept))).toEqual(kept);
  expect(await checkBlobs(blobs)).toMatchObject({ good: 1, missing: [sha256(later)] });
  await blobs.put(later);
  expect(await blobs.get(sha256(later))).toEqual(later);
  await blobs.close();
});

test("files of a version before are read, and moved into packs by a command that may be run again; a damaged one stays and is named", async () => {
  const contents = Array.from({ length: 5 }, () => randomBytes(300));
  for (const bytes of contents) await leaveLoose("issue", bytes);
  const wrong = await leaveLoose("issue", Buffer.from("something else"), "ab".repeat(32));
  const before = await opened("issue");
  expect(await before.has(sha256(contents[0] as Buffer))).toBe(true);
  expect(await before.get(sha256(contents[1] as Buffer))).toEqual(contents[1]);
  expect((await packLoose(before)).moved).toBe(5);

  expect(ecert("blobs", "pack", "--directory", data)).toMatchObject({ code: 1 });
  const told = ecert("blobs", "check", "--directory", data, "--json");
  expect(told.code).toBe(1);
  const stores = JSON.parse(told.out) as { store: string }[];
  expect(stores.find(({ store }) => store === "issue")).toMatchObject({ good: 5, loose: 1, damaged: [wrong] });
  for (const bytes of contents) expect(await before.get(sha256(bytes))).toEqual(bytes);
  await before.close();
});

test("a directory without a store is told to be none", async () => {
  const told = ecert("blobs", "check", "--directory", join(data, "none"));
  expect(told.code).toBe(2);
  expect(told.err).toContain("there is no SQLite store below it");
});
