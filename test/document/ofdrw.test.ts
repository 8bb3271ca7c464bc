import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createFaceRenderer } from "../../services/document/face.ts";
import { PATH } from "../../services/document/ofd/package-files.ts";
import { sealImage } from "../../services/document/ofd/seal-image.ts";
import { finishOfd, prepareOfdSignature } from "../../services/document/ofd/sign-ofd.ts";
import { readZip } from "../../services/document/ofd/zip-read.ts";
import { packFile, writeZip } from "../../services/document/ofd/zip-write.ts";
import { prepareSealSignature } from "../../services/trust/seal/prepare-seal-signature.ts";
import { at, openSealHouse, type SealHouse } from "../trust/seal-house.ts";
import { inkFound, readPixels } from "./pixels.ts";
import { exampleMessage, seedItems } from "./seed.ts";

/*
 * ofdrw, the Java library for OFD, as a second reader: it loads embedded fonts and verifies seals. Runs where
 * `ECERT_OFDRW` names a folder with the jars of org.ofdrw:ofdrw-full 2.2.6 and `java` (17) is on PATH.
 */
const JARS = process.env.ECERT_OFDRW ?? "";
const JUDGE = fileURLToPath(new URL("Judge.java", import.meta.url));
const PIXELS_PER_MM = 8;

if (JARS === "") process.stderr.write("ofdrw suite skipped: ECERT_OFDRW names no folder with its jars\n");
describe.skipIf(JARS === "")("ofdrw", { timeout: 120_000 }, () => {
  const renderer = createFaceRenderer();
  let folder: string;
  let house: SealHouse;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "ecert-ofdrw-"));
    house = await openSealHouse();
  });
  afterAll(() => {
    house.bench.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const judge = (...args: string[]): void => {
    execFileSync("java", ["-cp", join(JARS, "*"), JUDGE, ...args], { stdio: "pipe" });
  };

  test.each([...seedItems()])(
    "draws the OFD of %s as mutool draws the PDF, within 0.2 mm, and reads its text",
    (name, item) => {
      const face = renderer.compile(JSON.stringify(item.template), item.sealPicture);
      const message = exampleMessage(item);
      const file = join(folder, `${name}.ofd`);
      const pending = prepareOfdSignature(face.prepareOfd(message), { suite: "ecdsa-p256-sha256" });
      writeFileSync(file, finishOfd(pending, Buffer.from("3000", "hex")));
      judge(file, join(folder, name));

      const pdf = join(folder, `${name}.pdf`);
      writeFileSync(pdf, face.preparePdf(message).bytes);
      const draw = ["draw", "-q", "-r", String(PIXELS_PER_MM * 25.4), "-o", `${pdf}.png`, pdf];
      execFileSync("mutool", draw, { stdio: "ignore" });
      const [ofdPixels, pdfPixels] = [join(folder, name, "0.png"), `${pdf}.png`].map((path) =>
        readPixels(readFileSync(path)),
      );
      const reach = Math.round(0.2 * PIXELS_PER_MM);
      if (ofdPixels === undefined || pdfPixels === undefined) throw new Error("a picture is missing");
      expect(inkFound(ofdPixels, pdfPixels, reach)).toBeGreaterThan(0.999);
      expect(inkFound(pdfPixels, ofdPixels, reach)).toBeGreaterThan(0.999);
      const text = readFileSync(join(folder, name, "text.txt"), "utf8");
      for (const holder of item.example.holders) expect(text).toContain(holder.name);
    },
  );

  test("finds a package under an electronic seal valid, and one with another page not", () => {
    const item = [...seedItems().values()].find(({ name }) => name === "营业执照");
    if (item === undefined) throw new Error("the seed has no business licence");
    const face = renderer.compile(JSON.stringify(item.template), item.sealPicture);
    const seal = house.makeSeal({ picture: sealImage(item.sealPicture) });
    const prepared = face.prepareOfd(exampleMessage(item), { sealed: true });
    const pending = prepareOfdSignature(prepared, { suite: "sm2-sm3", seal });
    const { signer } = house.department;
    const order = { seal, dataHash: pending.digest, propertyInfo: pending.signaturePath, time: at, signer };
    const { toBeSigned, finish } = prepareSealSignature(order);
    const sealed = finishOfd(pending, finish(house.department.sign(toBeSigned)));
    const file = join(folder, "sealed.ofd");
    writeFileSync(file, sealed);
    judge("seal", file, join(folder, "sealed"));

    const files = readZip(sealed);
    files.set(PATH.page, Buffer.from((files.get(PATH.page) as Buffer).toString().replace("陈示例", "王示例")));
    writeFileSync(file, writeZip([...files].map(([path, content]) => packFile(path, content, 3))));
    expect(() => judge("seal", file, join(folder, "altered"))).toThrow();
  });
});
