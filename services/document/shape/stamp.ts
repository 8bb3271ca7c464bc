import { refuseField } from "../../domain/refusal.ts";
import type { FontLibrary } from "../font/library.ts";
import type { PlacedShape } from "../layout/placed.ts";
import { mapPath } from "../path.ts";
import { readPictureFile } from "../picture/read-picture.ts";
import type { VectorSeal } from "../seal-picture.ts";
import type { Box } from "../template.ts";
import { drawSeal } from "./seal.ts";

/** An electronic seal's own picture and where it is stamped on the page, in mm. */
export type Stamp = { box: Box } & ({ seal: VectorSeal } | { image: Uint8Array; format: "png" | "jpeg" });

/** Places a stamp, stretched over its box as readers do it. Throws `INVALID_FIELD` for a picture that cannot be read. */
export function stamped(stamp: Stamp, fonts: FontLibrary): PlacedShape[] {
  const [x, y, width, height] = stamp.box;
  if ("image" in stamp) {
    const image = readPictureFile(Buffer.from(stamp.image), stamp.format, (what) =>
      refuseField(
        "INVALID_FIELD",
        "seal",
        `the picture ${what}`,
        "use a whole picture",
        "印章图片无法使用，请换用完整的图片",
      ),
    );
    return [{ kind: "image", x, y, width, height, image, field: "seal" }];
  }
  const { paths } = drawSeal({ ...stamp.seal, width, height }, fonts);
  return paths.map((item) => ({ ...item, path: mapPath(item.path, [1, 0, 0, 1, x, y]) }));
}
