import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createFaceRenderer } from "../../services/document/face.ts";
import { finishOfd, prepareOfdSignature } from "../../services/document/ofd/sign-ofd.ts";
import { PIXELS_PER_MM, readWithOfdJs } from "./ofd-reader.ts";
import { inkFound, readPixels } from "./pixels.ts";
import { pngUri } from "./png.ts";
import { exampleMessage, seedItems } from "./seed.ts";

const renderer = createFaceRenderer();
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "ecert-ofd-reader-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** 0.2 mm, rounded to whole pixels. */
const REACH = Math.round(0.2 * PIXELS_PER_MM);

describe.each([...seedItems()])("the OFD of seed item %s in a reader that is not ours", (name, item) => {
  test("shows what the PDF shows, within 0.2 mm, and its text can be read", { timeout: 120_000 }, async () => {
    const face = renderer.compile(JSON.stringify(item.template), item.sealPicture);
    const example = exampleMessage(item);
    const message =
      "photo" in item.dataSchema.properties
        ? { ...example, data: { ...example.data, photo: pngUri(36, 48) } }
        : example;
    const pending = prepareOfdSignature(face.prepareOfd(message), { suite: "ecdsa-p256-sha256" });
    // The reader looks for an electronic seal in the value and goes on when it finds none.
    const view = await readWithOfdJs(finishOfd(pending, Buffer.from("3000", "hex")));

    const pdf = join(folder, `${name}.pdf`);
    writeFileSync(pdf, face.preparePdf(message).bytes);
    const dpi = String(PIXELS_PER_MM * 25.4);
    execFileSync("mutool", ["draw", "-q", "-r", dpi, "-o", `${pdf}.png`, pdf], { stdio: "ignore" });
    const [ofdPixels, pdfPixels] = [readPixels(view.png), readPixels(readFileSync(`${pdf}.png`))];
    expect(Math.abs(ofdPixels.width - pdfPixels.width)).toBeLessThanOrEqual(1);
    expect(inkFound(ofdPixels, pdfPixels, REACH)).toBeGreaterThan(0.999);
    expect(inkFound(pdfPixels, ofdPixels, REACH)).toBeGreaterThan(0.999);

    const shown = execFileSync("pdftotext", ["-raw", pdf, "-"], { encoding: "utf8" });
    const sorted = (text: string): string => [...text.replaceAll(/\s/g, "")].sort().join("");
    expect(sorted(view.text)).toBe(sorted(shown));
    for (const holder of item.example.holders) expect(view.text).toContain(holder.name);
  });
});
