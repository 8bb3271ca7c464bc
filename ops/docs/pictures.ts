/**
 * Draws the pictures of the template reference: `node ops/docs/pictures.ts` writes one PNG for each kind of certificate of the
 * seed into `services/document/pictures`. Needs `mutool`. The same seed gives the same pictures.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createFaceRenderer } from "../../services/document/face.ts";
import type { SealPicture } from "../../services/document/seal-picture.ts";
import { type SeedFile, sampleMessage } from "./sample-message.ts";

/** Dots per inch: small enough for a page of text, large enough to be read. */
const RESOLUTION = "60";
const CATALOG = new URL("../seed/catalog/", import.meta.url);
const PICTURES = fileURLToPath(new URL("../../services/document/pictures/", import.meta.url));

const renderer = createFaceRenderer();
const work = mkdtempSync(join(tmpdir(), "ecert-pictures-"));
mkdirSync(PICTURES, { recursive: true });
try {
  for (const file of readdirSync(CATALOG).filter((name) => name.endsWith(".json"))) {
    const seed = JSON.parse(readFileSync(new URL(file, CATALOG), "utf8")) as SeedFile;
    const face = renderer.compile(JSON.stringify(seed.template), seed.sealPicture as SealPicture);
    const pdf = join(work, "face.pdf");
    writeFileSync(pdf, face.preparePreview(sampleMessage(seed), { watermark: "样例" }).bytes);
    const picture = join(PICTURES, file.replace(/\.json$/, ".png"));
    execFileSync("mutool", ["draw", "-q", "-r", RESOLUTION, "-o", picture, pdf], { stdio: "ignore" });
    process.stdout.write(`${picture}\n`);
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
