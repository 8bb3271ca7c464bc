import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zstdCompressSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import { type SplitFile, splitFile } from "../../services/document/pieces/split-file.ts";
import type { Refusal } from "../../services/domain/refusal.ts";
import { sha256 } from "../../services/store/digest.ts";
import { checkBlobs, packLoose } from "../../services/store/files/keep-packs.ts";
import { type RawBlobs, splitBlobs } from "../../services/store/split-blobs.ts";
import { openSqliteBlobs } from "../../services/store/sqlite/blobs.ts";
import { certificateFiles } from "../fixtures/certificate-files.ts";
import { bothEngines } from "../fixtures/engines.ts";

const directory = mkdtempSync(join(tmpdir(), "ecert-split-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const { pdf, ofd } = certificateFiles(0, 1);
const frontOf = (file: Uint8Array) => sha256(splitFile(file, sha256)?.fixed as Uint8Array);

/** A recipe of version 1: all that follows the front as it is, under Zstandard. */
function versionOne(file: Uint8Array, { front, from }: { front: string; from: number }): Buffer {
  const number = (value: number) => [(value & 127) | 128, ((value >> 7) & 127) | 128, value >> 14];
  const numbers = [...number(file.length), 1, 0, ...number(file.length - from)];
  return Buffer.concat([
    Buffer.from("ECR\x01", "latin1"),
    Buffer.from(front, "hex"),
    Uint8Array.from(numbers),
    zstdCompressSync(file.subarray(from)),
  ]);
}

describe.each(await bothEngines())("files of certificates in $name", ({ open: openEngine }) => {
  test("4.5.5: come back octet by octet", async () => {
    const { store, remove } = await openEngine();
    try {
      const files = [pdf, ofd, ...[2, 3].flatMap((turn) => Object.values(certificateFiles(0, turn)))];
      const digests = await Promise.all(files.map((file) => store.blobs.put(file)));
      expect(digests).toEqual(files.map(sha256));
      for (const [at, digest] of digests.entries()) {
        expect(await store.blobs.has(digest)).toBe(true);
        expect(Buffer.compare((await store.blobs.get(digest)) as Uint8Array, files[at] as Uint8Array)).toBe(0);
      }
      // The shared front is a blob as any other.
      expect(sha256((await store.blobs.get(frontOf(pdf))) as Uint8Array)).toBe(frontOf(pdf));
    } finally {
      await remove();
    }
  });

  test("a file that somebody hands in and that begins as a recipe is kept as it is", async () => {
    const { store, remove } = await openEngine();
    try {
      const recipe = splitFile(pdf, sha256)?.recipe as Buffer;
      const digest = await store.blobs.put(recipe);
      expect(await store.blobs.has(digest)).toBe(true);
      expect(Buffer.compare((await store.blobs.get(digest)) as Uint8Array, recipe)).toBe(0);
      expect(await store.blobs.recipe(digest)).toBeUndefined();
    } finally {
      await remove();
    }
  });

  test("a file may be kept by a recipe that came from elsewhere, as soon as its front is there, and no other file by it", async () => {
    const { store, remove } = await openEngine();
    try {
      const { blobs } = store;
      const { fixed, recipe } = splitFile(pdf, sha256) as SplitFile;
      const digest = sha256(pdf);
      expect(await blobs.putRecipe(digest, recipe)).toBe(false);
      expect(await blobs.has(digest)).toBe(false);
      await blobs.put(fixed);
      for (const [name, content] of [
        ["a".repeat(64), recipe],
        [digest, recipe.subarray(0, -1)],
        [digest, pdf],
      ] as const) {
        const error = await blobs.putRecipe(name, content).catch((thrown: unknown) => thrown);
        expect((error as Refusal).reason).toBe("INVALID_FIELD");
        expect(await blobs.has(name)).toBe(false);
      }
      expect(await blobs.putRecipe(digest, recipe)).toBe(true);
      expect(Buffer.compare((await blobs.get(digest)) as Uint8Array, pdf)).toBe(0);
      expect(Buffer.compare((await blobs.recipe(digest)) as Uint8Array, recipe)).toBe(0);
    } finally {
      await remove();
    }
  });

  test("a recipe of version 1 that is padded beyond its file is made anew", async () => {
    const { store, remove } = await openEngine();
    try {
      const { blobs } = store;
      const { front, fixed, recipe } = splitFile(pdf, sha256) as SplitFile;
      await blobs.put(fixed);
      // A frame that decoders of Zstandard skip (RFC 8878, 3.1.2).
      const frame = Buffer.alloc(8 + pdf.length);
      frame.writeUInt32LE(0x184d2a50, 0);
      frame.writeUInt32LE(pdf.length, 4);
      const padded = Buffer.concat([versionOne(pdf, { front, from: fixed.length }), frame]);
      expect(await blobs.putRecipe(sha256(pdf), padded)).toBe(true);
      expect(Buffer.compare((await blobs.recipe(sha256(pdf))) as Uint8Array, recipe)).toBe(0);
    } finally {
      await remove();
    }
  });

  test("a recipe of version 1 is taken, kept as it came, and gives its file", async () => {
    const { store, remove } = await openEngine();
    try {
      const { blobs } = store;
      const { front, fixed } = splitFile(ofd, sha256) as SplitFile;
      await blobs.put(fixed);
      const before = versionOne(ofd, { front, from: fixed.length });
      expect(await blobs.putRecipe(sha256(ofd), before)).toBe(true);
      expect(Buffer.compare((await blobs.recipe(sha256(ofd))) as Uint8Array, before)).toBe(0);
      expect(Buffer.compare((await blobs.get(sha256(ofd))) as Uint8Array, ofd)).toBe(0);
    } finally {
      await remove();
    }
  });

  test("what is kept as a recipe is no front of another", async () => {
    const { store, remove } = await openEngine();
    try {
      const { blobs } = store;
      const digest = await blobs.put(pdf);
      const recipe = Buffer.from(splitFile(ofd, sha256)?.recipe as Uint8Array);
      recipe.write(digest, 4, "hex");
      expect(await blobs.putRecipe(sha256(ofd), recipe)).toBe(false);
    } finally {
      await remove();
    }
  });
});

test("twenty certificates take less than 15 KB each, and are good", async () => {
  const blobs = await openSqliteBlobs({ directory, name: "small" });
  const files = Array.from({ length: 20 }, (_, turn) => Object.values(certificateFiles(turn % 2, turn))).flat();
  await Promise.all(files.map((file) => blobs.put(file)));
  const found = await checkBlobs(blobs);
  expect(found).toMatchObject({ split: 40, good: 44, damaged: [], missing: [] });
  const fronts = new Set(files.map(frontOf));
  let shared = 0;
  for (const front of fronts) shared += (await blobs.get(front))?.length ?? 0;
  expect((found.bytes - shared) / 20).toBeLessThan(15_000);
  await blobs.close();
});

test("the digest of a file is told at once, and is that of all its octets, whether its front is known or not", async () => {
  const blobs = await openSqliteBlobs({ directory, name: "begun" });
  const files = [1, 2, 3].flatMap((turn) => Object.values(certificateFiles(0, turn)));
  // In front and behind, where it is compared and where it is hashed.
  const changed = files.flatMap((file) =>
    [5, 30_000, file.length - 30_000, file.length - 5].map((at) =>
      file.map((octet, i) => (i === at ? octet ^ 1 : octet)),
    ),
  );
  for (const file of [...files, ...changed, pdf.subarray(0, 70_000), Buffer.from("%PDF-1.7 short")]) {
    const { digest, durable } = blobs.begin(file);
    expect(digest).toBe(sha256(file));
    await durable;
    expect(Buffer.compare((await blobs.get(digest)) as Uint8Array, file)).toBe(0);
  }
  await blobs.close();
});

test("a shared front is durable before a recipe names it, and a recipe without it is as if it were not there", async () => {
  const kept = new Map<string, Uint8Array>();
  const order: string[] = [];
  const raw: RawBlobs = {
    async add(digest, bytes) {
      order.push(digest);
      kept.set(digest, bytes);
    },
    get: async (digest) => kept.get(digest),
    head: async (digest) => kept.get(digest),
    holds: async (digest) => kept.has(digest),
    has: async (digest) => kept.has(digest),
  };
  const digest = await splitBlobs(raw).put(pdf);
  expect(order).toEqual([frontOf(pdf), digest]);
  // As after a restart with a front that an older copy lacks.
  kept.delete(frontOf(pdf));
  const anew = splitBlobs(raw);
  expect(await anew.has(digest)).toBe(false);
  expect(await anew.get(digest)).toBeUndefined();
  await anew.put(pdf);
  expect(Buffer.compare((await splitBlobs(raw).get(digest)) as Uint8Array, pdf)).toBe(0);
});

test("a damaged recipe and a damaged front are told by fsck and by reading, never given out", async () => {
  const before = await openSqliteBlobs({ directory, name: "damaged" });
  const digests = [await before.put(pdf), await before.put(ofd)];
  const places = [frontOf(pdf), sha256(ofd)].map((digest) => before.index.find(digest));
  await before.close();
  for (const place of places) {
    await using file = await open(join(directory, "damaged.blobs", "packs", place?.pack as string), "r+");
    await file.write(Buffer.from([0x5a, 0x5a]), 0, 2, (place?.at as number) + 300);
  }
  const blobs = await openSqliteBlobs({ directory, name: "damaged" });
  for (const digest of digests) {
    const error = await blobs.get(digest).catch((thrown: unknown) => thrown);
    expect((error as Refusal).reason).toBe("INTERNAL");
  }
  expect((await checkBlobs(blobs)).damaged.sort()).toEqual([frontOf(pdf), ...digests].sort());
  await blobs.close();
});

test("files that a version before left whole are read, and split when they are moved", async () => {
  const digest = sha256(pdf);
  const folder = join(directory, "older.blobs", digest.slice(0, 2), digest.slice(2, 4));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, digest), pdf);
  const blobs = await openSqliteBlobs({ directory, name: "older" });
  expect(Buffer.compare((await blobs.get(digest)) as Uint8Array, pdf)).toBe(0);
  expect(await packLoose(blobs)).toEqual({ moved: 1, damaged: [] });
  expect(readdirSync(folder)).toEqual([]);
  expect(await checkBlobs(blobs)).toMatchObject({ split: 1, good: 2, damaged: [], loose: 0 });
  expect(Buffer.compare((await blobs.get(digest)) as Uint8Array, pdf)).toBe(0);
  await blobs.close();
});
