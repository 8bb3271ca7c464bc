import { createHash, randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import type { Bench } from "./contract.ts";

/** The promises about files by content. */
export function blobContract(bench: Bench): void {
  test("bytes come back under the SHA-256 of their content", async () => {
    const bytes = randomBytes(60_000);
    const digest = createHash("sha256").update(bytes).digest("hex");
    expect(await bench.store.blobs.has(digest)).toBe(false);
    expect(await bench.store.blobs.get(digest)).toBeUndefined();
    expect(await bench.store.blobs.put(bytes)).toBe(digest);
    expect(await bench.store.blobs.has(digest)).toBe(true);
    expect(Buffer.compare((await bench.store.blobs.get(digest)) as Uint8Array, bytes)).toBe(0);
  });

  test("the same bytes may be stored again, also at the same time", async () => {
    const bytes = randomBytes(1_000);
    const digests = await Promise.all(Array.from({ length: 20 }, () => bench.store.blobs.put(bytes)));
    expect(new Set(digests).size).toBe(1);
    expect(await bench.store.blobs.put(bytes)).toBe(digests[0]);
  });

  test("no bytes and many bytes are blobs too", async () => {
    for (const bytes of [new Uint8Array(0), randomBytes(33 * 1024 * 1024)]) {
      const digest = await bench.store.blobs.put(bytes);
      expect(Buffer.compare((await bench.store.blobs.get(digest)) as Uint8Array, bytes)).toBe(0);
    }
  });

  test("a view into a larger buffer is stored alone", async () => {
    const whole = randomBytes(100);
    const digest = await bench.store.blobs.put(whole.subarray(10, 20));
    expect([...((await bench.store.blobs.get(digest)) as Uint8Array)]).toEqual([...whole.subarray(10, 20)]);
  });

  test.each(["", "../../etc/passwd", "A".repeat(64), "0".repeat(63)])(
    "the name %j is nobody's digest",
    async (name) => {
      expect(await bench.store.blobs.has(name)).toBe(false);
      expect(await bench.store.blobs.get(name)).toBeUndefined();
    },
  );
}
