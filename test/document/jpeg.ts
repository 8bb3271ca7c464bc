import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createFaceRenderer } from "../../services/document/face.ts";
import { exampleMessage, seedItems } from "./seed.ts";

/** How a JPEG is to be written. */
export interface JpegForm {
  /** Pixels of the longer side. */
  side: number;
  cmyk?: boolean;
  progressive?: boolean;
}

/** A JPEG that another program (pdftoppm) makes of a page in colour: the face of a seed item. */
export function makeJpeg({ side, cmyk = false, progressive = false }: JpegForm): Buffer {
  const folder = mkdtempSync(join(tmpdir(), "ecert-jpeg-"));
  try {
    const [item] = seedItems().values();
    if (item === undefined) throw new Error("the seed is empty");
    const face = createFaceRenderer().compile(JSON.stringify(item.template), item.sealPicture);
    writeFileSync(join(folder, "page.pdf"), face.preparePdf(exampleMessage(item)).bytes);
    const form = cmyk ? ["-jpegcmyk"] : ["-jpeg", "-jpegopt", `quality=85,progressive=${progressive ? "y" : "n"}`];
    const size = ["-singlefile", "-scale-to", String(side)];
    execFileSync("pdftoppm", [...form, ...size, join(folder, "page.pdf"), join(folder, "page")]);
    return readFileSync(join(folder, "page.jpg"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The JPEG with an Exif segment that says how it is turned, written as phones do. */
export function turned(jpeg: Buffer, orientation: number): Buffer {
  const tiff = Buffer.from(
    "4949 2a00 0800 0000 0100 1201 0300 0100 0000 0000 0000 0000 0000".replaceAll(" ", ""),
    "hex",
  );
  tiff.writeUInt16LE(orientation, 18);
  const exif = Buffer.concat([Buffer.from("Exif\0\0", "latin1"), tiff]);
  const head = Buffer.from([0xff, 0xe1, 0, 0]);
  head.writeUInt16BE(exif.length + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), head, exif, jpeg.subarray(2)]);
}
