import { describe, expect, test } from "vitest";
import { createRenderPool } from "../services/document/render-pool.ts";
import { canonicalJson, sha256Hex } from "../services/domain/canonical.ts";
import type { DataMessage } from "../services/domain/message.ts";
import { makePng } from "../test/document/png.ts";
import { createFaceCheck } from "./face-check.ts";

const template = canonicalJson({
  schema: "ecert.face.v1",
  page: { width: 100, height: 100 },
  elements: [
    { type: "image", box: [10, 10, 20, 20], attachment: "照片" },
    { type: "image", box: [10, 40, 20, 20], attachment: "签名" },
    { type: "seal", box: [50, 50, 40, 40] },
  ],
});
const picture = canonicalJson({ kind: "round", name: "示例机关", diameter: 40 });
const DOCUMENTS = [new TextEncoder().encode(template)];
const TEMPLATE = sha256Hex(template);

const photo = makePng(4, 4);
const other = Buffer.from("说明");
/** A message with a photo that the face shows, and a file that it does not show. */
const message = {
  attachments: [photo, other].map((content, index) => ({
    name: ["照片", "说明"][index],
    mediaType: "image/png",
    size: content.length,
    sha256: sha256Hex(content),
  })),
} as unknown as DataMessage;

test("a character that only the core's fonts have is refused with what to install, by character", async () => {
  const pool = createRenderPool({ threads: 0, fonts: [] });
  const field = { type: "field", source: "data.name", box: [0, 0, 90, 20], size: 12 };
  const named = canonicalJson({
    ...JSON.parse(template),
    elements: [field, ...JSON.parse(template).elements.slice(2)],
  });
  const check = createFaceCheck(pool);
  check.hold([new TextEncoder().encode(named)]);
  const whole = {
    ...message,
    attachments: [],
    data: { name: "𠮷" },
    metadata: {},
    faces: [],
  } as unknown as DataMessage;
  const assets = check.gather(whole, sha256Hex(named), picture);
  await expect(check.draw(whole, assets, false)).rejects.toMatchObject({
    reason: "GLYPH_MISSING",
    message: expect.stringContaining("install the fonts that the core has"),
    metadata: { codePoint: "U+20BB7" },
  });
});

const faces = () => createFaceCheck(createRenderPool({ threads: 0 }));
const lacking = (...digests: string[]) =>
  expect.objectContaining({ reason: "DOCUMENT_MISSING", metadata: { missing: digests.join(" ") } });

describe("what draws a face", () => {
  test("is put together once documents and shown attachments are held; what the face does not show is not asked for", () => {
    const check = faces();
    expect(() => check.gather(message, TEMPLATE, picture)).toThrow(lacking(TEMPLATE));
    check.hold(DOCUMENTS);
    expect(() => check.gather(message, TEMPLATE, picture)).toThrow(lacking(sha256Hex(photo)));
    check.hold([], [photo]);
    expect(check.gather(message, TEMPLATE, picture).files).toEqual(new Map([[sha256Hex(photo), photo]]));
  });

  test("a photo of which a bit is another is not the one that the message names", () => {
    const check = faces();
    const flipped = Buffer.from(photo);
    flipped[20] = (flipped[20] ?? 0) ^ 1;
    check.hold(DOCUMENTS, [flipped]);
    expect(() => check.gather(message, TEMPLATE, picture)).toThrow(lacking(sha256Hex(photo)));
  });

  test("attachments larger than a face shows are not held; of many, the last ones are", () => {
    const check = faces();
    const vast = Buffer.alloc(512 * 1024 + 1);
    const named = { attachments: [{ ...message.attachments[0], sha256: sha256Hex(vast) }] } as DataMessage;
    check.hold(DOCUMENTS, [vast]);
    expect(() => check.gather(named, TEMPLATE, picture)).toThrow(lacking(sha256Hex(vast)));

    check.hold([], [photo]);
    for (let i = 0; i < 33; i++) check.hold([], [Buffer.alloc(512 * 1024, i)]);
    expect(() => check.gather(message, TEMPLATE, picture)).toThrow(lacking(sha256Hex(photo)));
  });
});
