import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createFaceRenderer } from "../../services/document/face.ts";
import { readCatalogFiles } from "../trial/catalog-files.ts";
import { sampleMessage } from "./sample-message.ts";

/** Where the pictures of the template reference stand. */
export const PICTURES = fileURLToPath(new URL("../../services/document/pictures/", import.meta.url));

/** Dots per inch: small enough for a page of text, large enough to be read. */
const RESOLUTION = "60";

/**
 * Draws one PNG for each kind of certificate of the seed, marked 样例, into a folder, and gives their paths. Needs `mutool`. The
 * same seed gives the same pictures.
 */
export function drawPictures(directory: string): string[] {
  const renderer = createFaceRenderer();
  const work = mkdtempSync(join(tmpdir(), "ecert-pictures-"));
  mkdirSync(directory, { recursive: true });
  try {
    return readCatalogFiles().map((seed) => {
      const face = renderer.compile(seed.content.faceTemplateJson, seed.sealPicture);
      const pdf = join(work, "face.pdf");
      writeFileSync(pdf, face.preparePreview(sampleMessage(seed), { watermark: "样例" }).bytes);
      const picture = join(directory, `${seed.file}.png`);
      execFileSync("mutool", ["draw", "-q", "-r", RESOLUTION, "-o", picture, pdf], { stdio: "ignore" });
      return picture;
    });
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
