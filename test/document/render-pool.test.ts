import { afterEach, describe, expect, test } from "vitest";
import { createFaceRenderer } from "../../services/document/face.ts";
import { finishOfd, prepareOfdSignature } from "../../services/document/ofd/sign-ofd.ts";
import type { RenderPool } from "../../services/document/render-pool.ts";
import { createRenderPool } from "../../services/document/render-pool.ts";
import type { SeedItem } from "./seed.ts";
import { exampleMessage, seedItems } from "./seed.ts";

const item = seedItems().get("marriage-certificate") as SeedItem;
const template = JSON.stringify(item.template);
const message = exampleMessage(item);
const pools: RenderPool[] = [];
const open = (threads: number, maxWaiting?: number): RenderPool => {
  const pool = createRenderPool({ threads, ...(maxWaiting !== undefined && { maxWaiting }) });
  pools.push(pool);
  return pool;
};
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});

describe.each([0, 1, 2])("a pool of %i threads", (threads) => {
  test("gives the same bytes as the calling thread, also for many at once", async () => {
    const expected = createFaceRenderer().compile(template, item.sealPicture);
    const face = await open(threads).compile(template, item.sealPicture);
    expect(face.digest).toBe(expected.digest);
    const serials = Array.from({ length: 12 }, (_, i) => ({
      ...message,
      metadata: { ...message.metadata, businessSerial: `serial-${i}` },
    }));
    const drawn = await Promise.all(serials.map((each) => face.preparePdf(each)));
    drawn.forEach((pdf, i) => {
      const own = expected.preparePdf(serials[i] as typeof message);
      expect(pdf.digest).toBe(own.digest);
      expect(pdf.byteRange).toEqual(own.byteRange);
      expect(Buffer.from(pdf.bytes).equals(own.bytes)).toBe(true);
    });
  });

  test("gives the same OFD as the calling thread, to the last octet of the package", async () => {
    const face = await open(threads).compile(template, item.sealPicture);
    const drawn = await face.prepareOfd(message);
    const own = createFaceRenderer().compile(template, item.sealPicture).prepareOfd(message);
    expect(drawn.digest).toBe(own.digest);
    const bytes = (prepared: typeof own) =>
      finishOfd(prepareOfdSignature(prepared, { suite: "ecdsa-p256-sha256" }), Buffer.from("value"));
    expect(bytes(drawn).equals(bytes(own))).toBe(true);
  });

  test.each([false, true])(
    "keeps what all packages begin with, and joins them to the same octets (electronic seal: %s)",
    async (sealed) => {
      const face = await open(threads).compile(template, item.sealPicture);
      const own = createFaceRenderer().compile(template, item.sealPicture);
      const first = await face.prepareOfd(message, { sealed });
      const later = { ...message, metadata: { ...message.metadata, businessSerial: "later" } };
      const { ofd } = await face.prepareBoth(later, { sealed });
      expect(ofd.shared).toBeGreaterThan(0);
      for (let place = 0; place < ofd.shared; place++) expect(ofd.files[place]).toBe(first.files[place]);
      const expected = own.prepareOfd(later, { sealed });
      const order = { suite: "sm2-sm3", ...(sealed && { seal: Buffer.from("seal") }) } as const;
      const bytes = (prepared: typeof ofd) => finishOfd(prepareOfdSignature(prepared, order), Buffer.from("value"));
      expect(bytes(ofd).equals(bytes(expected))).toBe(true);
    },
  );

  test("refuses with reason and fields, and goes on", async () => {
    const pool = open(threads);
    await expect(pool.compile("{}", item.sealPicture)).rejects.toMatchObject({
      name: "Refusal",
      reason: "INVALID_FIELD",
    });
    const face = await pool.compile(template, item.sealPicture);
    const holders = [{ name: "𰀀", code: "", codeType: "111" }, ...message.metadata.holders.slice(1)];
    await expect(face.preparePdf({ ...message, metadata: { ...message.metadata, holders } })).rejects.toMatchObject({
      reason: "GLYPH_MISSING",
      fields: [{ field: "holders[0].name" }],
      metadata: { codePoint: "U+30000" },
    });
    expect((await face.preparePdf(message)).digest).toMatch(/^[0-9a-f]{64}$/);
  });
});

test("more jobs than may wait are refused with advice to retry", async () => {
  const pool = open(1, 2);
  const face = await pool.compile(template, item.sealPicture);
  const results = await Promise.allSettled(Array.from({ length: 6 }, () => face.preparePdf(message)));
  const refused = results.filter((result) => result.status === "rejected");
  expect(refused.length).toBe(3);
  for (const { reason } of refused) expect(reason).toMatchObject({ reason: "OVERLOADED", retryAfterMs: 500 });
});

test("closing rejects what waits", async () => {
  const pool = open(1);
  const waiting = Promise.allSettled([
    pool.compile(template, item.sealPicture),
    pool.compile(template, item.sealPicture),
  ]);
  await pool.close();
  for (const result of await waiting) expect(result).toMatchObject({ reason: { reason: "CANCELLED" } });
  await expect(pool.compile(template, item.sealPicture)).rejects.toMatchObject({ reason: "CANCELLED" });
});
