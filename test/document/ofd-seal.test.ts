import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createFaceRenderer } from "../../services/document/face.ts";
import { PATH } from "../../services/document/ofd/package-files.ts";
import { sealImage } from "../../services/document/ofd/seal-image.ts";
import { finishOfd, prepareOfdSignature, SIGN_PATH } from "../../services/document/ofd/sign-ofd.ts";
import { verifyOfd } from "../../services/document/ofd/verify-ofd.ts";
import { readZip } from "../../services/document/ofd/zip-read.ts";
import { packFile, writeZip } from "../../services/document/ofd/zip-write.ts";
import { prepareSealSignature } from "../../services/trust/seal/prepare-seal-signature.ts";
import { at, openSealHouse, type SealHouse } from "../trust/seal-house.ts";
import { PIXELS_PER_MM, readWithOfdJs } from "./ofd-reader.ts";
import { readPixels } from "./pixels.ts";
import { exampleMessage, seedItems } from "./seed.ts";

const item = [...seedItems().values()].find(({ name }) => name === "营业执照");
if (item === undefined) throw new Error("the seed has no business licence");
const face = createFaceRenderer().compile(JSON.stringify(item.template), item.sealPicture);
const example = exampleMessage(item);
const time = `${new Date(at.getTime() + 8 * 3600_000).toISOString().slice(0, 19)}+08:00`;
const message = { ...example, metadata: { ...example.metadata, preparedAt: time } };

let house: SealHouse;
let seal: Uint8Array;
let sealed: Buffer;

beforeAll(async () => {
  house = await openSealHouse();
  seal = house.makeSeal({ picture: sealImage(item.sealPicture) });
  sealed = stamp(seal);
});
afterAll(() => house.bench.close());

/** The face, stamped with a seal by the department's SM2 key. */
function stamp(stamped: Uint8Array): Buffer {
  const pending = prepareOfdSignature(face.prepareOfd(message, { sealed: true }), { suite: "sm2-sm3", seal: stamped });
  const { signaturePath: propertyInfo, digest: dataHash } = pending;
  const order = { seal: stamped, dataHash, propertyInfo, time: at, signer: house.department.signer };
  const { toBeSigned, finish } = prepareSealSignature(order);
  return finishOfd(pending, finish(house.department.sign(toBeSigned)));
}

const verify = (bytes: Uint8Array) => verifyOfd(bytes, house.options);

function rewritten(changes: Record<string, string | Uint8Array>): Buffer {
  const files = readZip(sealed);
  for (const [path, content] of Object.entries(changes)) files.set(path, Buffer.from(content));
  return writeZip([...files].map(([path, content]) => packFile(path, content, 3)));
}

describe("an OFD under an electronic seal (GB/T 38540)", () => {
  test("verifies, with signer, seal and time", () => {
    const report = verify(sealed);
    expect(report).toMatchObject({ ok: true, findings: [], sealed: true, suite: "sm2-sm3", signedAt: time });
    expect(report.seal).toMatchObject({ name: "广州市市场监督管理局", picture: { type: "ofd" } });
    expect(report.signer?.serial).toBe(house.department.signer.parsed.serial);
    // The face's digest does not depend on the seal.
    expect(report.coveredSha256).toBe(face.prepareOfd(message, { sealed: true }).digest);
  });

  test("protects the seal file and the list of signatures like every other file", () => {
    const page = readZip(sealed).get(PATH.page)?.toString() ?? "";
    expect(verify(rewritten({ [PATH.page]: page.replace("陈示例", "王示例") }))).toMatchObject({
      ok: false,
      altered: [PATH.page],
    });
    const other = house.makeSeal({ id: "44010000000002", picture: sealImage(item.sealPicture) });
    expect(verify(rewritten({ [SIGN_PATH.seal]: other }))).toMatchObject({ ok: false, altered: [SIGN_PATH.seal] });
    const list = readZip(sealed).get(SIGN_PATH.list)?.toString() ?? "";
    expect(verify(rewritten({ [SIGN_PATH.list]: list.replace('Type="Seal" ', "") }))).toMatchObject({
      ok: false,
      altered: [SIGN_PATH.list],
    });
    const value = readZip(stamp(other)).get(SIGN_PATH.value) as Buffer;
    expect(verify(rewritten({ [SIGN_PATH.value]: value })).ok).toBe(false);
  });

  test("is no larger than 1.3 times the PDF, with the seal in it twice", () => {
    expect(sealed.length / face.preparePdf(message).bytes.length).toBeLessThan(1.3);
  });

  test("shows the seal in a reader that is not ours, where the template has it", { timeout: 120_000 }, async () => {
    const stampAnnot = /Boundary="([^"]*)"/.exec(readZip(sealed).get(SIGN_PATH.signature)?.toString() ?? "");
    const [x, y, width, height] = (stampAnnot?.[1] ?? "").split(" ").map(Number) as [number, number, number, number];
    const pixels = readPixels((await readWithOfdJs(sealed)).png);
    const dark = (mmX: number, mmY: number): boolean => {
      const at = Math.round(mmY * PIXELS_PER_MM) * pixels.width + Math.round(mmX * PIXELS_PER_MM);
      return (pixels.grey[at] as number) < 110;
    };
    // The ring on the left and on the right. This reader fills nothing in a seal, so the star is left out.
    expect(dark(x + width * 0.015, y + height / 2)).toBe(true);
    expect(dark(x + width * 0.985, y + height / 2)).toBe(true);
    const bare = face.prepareOfd(message, { sealed: true }).files.find(({ path }) => path === PATH.template);
    expect(Buffer.from(bare?.content ?? []).toString()).not.toContain("215 0 15");
  });
});
