import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createFaceRenderer } from "../../services/document/face.ts";
import { PATH } from "../../services/document/ofd/package-files.ts";
import { sealImage } from "../../services/document/ofd/seal-image.ts";
import { finishOfd, prepareOfdSignature } from "../../services/document/ofd/sign-ofd.ts";
import { verifyOfd } from "../../services/document/ofd/verify-ofd.ts";
import { openZip, readZip } from "../../services/document/ofd/zip-read.ts";
import { packFile, writeZip } from "../../services/document/ofd/zip-write.ts";
import { fromPem } from "../../services/trust/pem.ts";
import { prepareSealSignature } from "../../services/trust/seal/prepare-seal-signature.ts";
import { at, openSealHouse, type SealHouse } from "../trust/seal-house.ts";
import { askOfdrw, findOfdrw } from "./ofdrw.ts";
import { inkFound, readPixels } from "./pixels.ts";
import { exampleMessage, type SeedItem, seedItems } from "./seed.ts";

const PIXELS_PER_MM = 8;

const found = await findOfdrw();
const jars = "jars" in found ? found.jars : "";
if ("missing" in found) process.stderr.write(`ofdrw suite skipped: ${found.missing}\n`);

describe.skipIf(jars === "")("ofdrw", { timeout: 120_000 }, () => {
  const renderer = createFaceRenderer();
  let folder: string;
  let house: SealHouse;
  /** What ofdrw said of each task. */
  const said = new Map<string, string>();
  const inFolder = (name: string): string => join(folder, name);

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "ecert-ofdrw-"));
    house = await openSealHouse();
    for (const [name, item] of seedItems()) {
      const face = renderer.compile(JSON.stringify(item.template), item.sealPicture);
      const message = exampleMessage(item);
      const pending = prepareOfdSignature(face.prepareOfd(message), { suite: "ecdsa-p256-sha256" });
      writeFileSync(inFolder(`${name}.ofd`), finishOfd(pending, Buffer.from("3000", "hex")));
      writeFileSync(inFolder(`${name}.pdf`), face.preparePdf(message).bytes);
    }
    const item = seedItems().get("business-licence") as SeedItem;
    const seal = house.makeSeal({ picture: sealImage(item.sealPicture) });
    const sealed = sealedOfd(item, seal);
    const files = readZip(sealed);
    files.set(PATH.page, Buffer.from((files.get(PATH.page) as Buffer).toString().replace("陈示例", "王示例")));
    writeFileSync(inFolder("sealed.ofd"), sealed);
    writeFileSync(inFolder("altered.ofd"), writeZip([...files].map(([path, content]) => packFile(path, content, 3))));
    writeFileSync(inFolder("signer.der"), house.department.signer.certificate);
    writeFileSync(inFolder("key.der"), fromPem("PRIVATE KEY", house.department.keyPem)[0] as Uint8Array);
    writeFileSync(inFolder("seal.der"), seal);
    const tasks = [
      ...[...seedItems().keys()].map((name) => ["draw", inFolder(`${name}.ofd`), inFolder(name)]),
      ["seal", inFolder("sealed.ofd")],
      ["seal", inFolder("altered.ofd")],
      ["make", inFolder("foreign.ofd"), ...["signer.der", "key.der", "seal.der"].map(inFolder)],
    ];
    const answers = await askOfdrw(jars, tasks);
    for (const [i, [, file = ""]] of tasks.entries()) said.set(file, answers[i] ?? "");
  }, 300_000);
  afterAll(() => {
    house.bench.close();
    rmSync(folder, { recursive: true, force: true });
  });

  function sealedOfd(item: SeedItem, seal: Uint8Array): Buffer {
    const face = renderer.compile(JSON.stringify(item.template), item.sealPicture);
    const prepared = face.prepareOfd(exampleMessage(item), { sealed: true });
    const pending = prepareOfdSignature(prepared, { suite: "sm2-sm3", seal });
    const { signer } = house.department;
    const order = { seal, dataHash: pending.digest, propertyInfo: pending.signaturePath, time: at, signer };
    const { toBeSigned, finish } = prepareSealSignature(order);
    return finishOfd(pending, finish(house.department.sign(toBeSigned)));
  }

  test.each([...seedItems()])(
    "draws the OFD of %s as mutool draws the PDF, within 0.2 mm, and reads its text",
    (name, item) => {
      expect(said.get(inFolder(`${name}.ofd`))).toBe("ok");
      const pdf = inFolder(`${name}.pdf`);
      const draw = ["draw", "-q", "-r", String(PIXELS_PER_MM * 25.4), "-o", `${pdf}.png`, pdf];
      execFileSync("mutool", draw, { stdio: "ignore" });
      const ofdPixels = readPixels(readFileSync(join(inFolder(name), "0.png")));
      const pdfPixels = readPixels(readFileSync(`${pdf}.png`));
      for (const [a, b] of [
        [ofdPixels, pdfPixels],
        [pdfPixels, ofdPixels],
      ] as const)
        expect(inkFound(a, b, 1, 8 * PIXELS_PER_MM)).toBeGreaterThan(0.93);
      const text = readFileSync(join(inFolder(name), "text.txt"), "utf8");
      for (const holder of item.example.holders) expect(text).toContain(holder.name);
    },
  );

  test("GB/T 38540: finds a package of ours under an electronic seal valid, and one with another page not", () => {
    expect(said.get(inFolder("sealed.ofd"))).toBe("ok");
    expect(said.get(inFolder("altered.ofd"))).not.toBe("ok");
  });

  test("GB/T 38540: its own document, sealed by it, verifies here, and every flipped octet of its content is refused", () => {
    expect(said.get(inFolder("foreign.ofd"))).toBe("ok");
    const foreign = readFileSync(inFolder("foreign.ofd"));
    const verify = (bytes: Buffer) =>
      verifyOfd(bytes, { ...house.options, intermediates: house.intermediates, at: new Date() });
    const report = verify(foreign);
    expect(report).toMatchObject({ ok: true, findings: [], sealed: true, suite: "sm2-sm3" });
    expect(report.foreign?.[0]).toContain("another program");
    const { files } = openZip(foreign);
    for (const path of files.keys()) {
      const changed = new Map(files);
      changed.set(path, Buffer.concat([files.get(path) as Buffer, Buffer.from(" ")]));
      const bytes = writeZip([...changed].map(([name, content]) => packFile(name, content, 3)));
      expect(verify(bytes).ok, path).toBe(false);
    }
  });
});
