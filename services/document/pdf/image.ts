import type { PDFContext, PDFRef } from "pdf-lib";
import { pngData } from "../layout/picture.ts";
import type { Picture } from "../layout/placed.ts";

/** Embeds a picture without decoding it: JPEG as it is, PNG by its compressed rows. */
export function embedImage(context: PDFContext, picture: Picture): PDFRef {
  const { width, height, channels, format, bytes } = picture;
  const members = {
    Type: "XObject",
    Subtype: "Image",
    Width: width,
    Height: height,
    BitsPerComponent: 8,
    ColorSpace: channels === 3 ? "DeviceRGB" : "DeviceGray",
  };
  if (format === "jpeg") return context.register(context.stream(bytes, { ...members, Filter: "DCTDecode" }));
  return context.register(
    context.stream(pngData(bytes), {
      ...members,
      Filter: "FlateDecode",
      DecodeParms: { Predictor: 15, Colors: channels, BitsPerComponent: 8, Columns: width },
    }),
  );
}
