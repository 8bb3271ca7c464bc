import type { PDFContext, PDFRef } from "pdf-lib";
import type { Picture } from "../layout/placed.ts";
import { deflated, flateStream } from "./objects.ts";

/** Compression of pixels that had to be decoded. */
const LEVEL = 6;

/**
 * Embeds a picture: JPEG as it is, PNG by its compressed rows where PDF can read them, else by its pixels, with their alpha as
 * soft mask.
 */
export function embedImage(context: PDFContext, picture: Picture): PDFRef {
  const { width, height } = picture;
  const form = (channels: 1 | 3) => ({
    Type: "XObject",
    Subtype: "Image",
    Width: width,
    Height: height,
    BitsPerComponent: 8,
    ColorSpace: channels === 3 ? "DeviceRGB" : "DeviceGray",
  });
  if (picture.format === "jpeg") {
    return context.register(context.stream(picture.bytes, { ...form(picture.channels), Filter: "DCTDecode" }));
  }
  if ("rows" in picture) {
    const { rows, channels } = picture;
    const parameters = { Predictor: 15, Colors: channels, BitsPerComponent: 8, Columns: width };
    return context.register(flateStream(context, rows, { ...form(channels), DecodeParms: parameters }));
  }
  const { channels, colors, alpha } = picture.pixels;
  const mask = alpha && context.register(deflated(context, alpha, form(1), LEVEL));
  return context.register(deflated(context, colors, { ...form(channels), ...(mask && { SMask: mask }) }, LEVEL));
}
