import { digestOf } from "../../domain/canonical.ts";
import { loadFonts } from "../font/library.ts";
import { checkSealPicture } from "../parse-template.ts";
import type { SealPicture } from "../seal-picture.ts";
import { drawSeal } from "../shape/seal.ts";
import { pageObjects } from "./page-objects.ts";
import { element, textElement, xmlFile } from "./xml.ts";
import { packFile, writeZip } from "./zip-write.ts";

/** The picture of an electronic seal (GB/T 38540), in the members that a seal structure gives it. */
export interface SealImageFile {
  type: "ofd";
  data: Buffer;
  /** mm, whole. */
  width: number;
  height: number;
}

/**
 * Draws a seal picture as the small OFD that an electronic seal carries: paths, sharp at every size, and a few KB. The same
 * picture gives the same bytes. Throws `INVALID_FIELD` and `GLYPH_MISSING` as seal pictures do.
 */
export function sealImage(picture: SealPicture): SealImageFile {
  const fonts = loadFonts();
  const drawing = drawSeal(checkSealPicture(picture), fonts);
  const [width, height] = [Math.ceil(drawing.width), Math.ceil(drawing.height)];
  let last = 2;
  const { xml } = pageObjects(drawing.paths, { fonts, fontId: () => 0, imageId: () => 0 }, () => ++last);
  const info = textElement("DocID", digestOf(picture).slice(0, 32)) + textElement("Creator", "ecert");
  const body = element("DocInfo", {}, info) + textElement("DocRoot", "Doc_0/Document.xml");
  const box = textElement("PhysicalBox", `0 0 ${width} ${height}`);
  const common = textElement("MaxUnitID", String(last)) + element("PageArea", {}, box);
  const pages = element("Pages", {}, element("Page", { ID: 1, BaseLoc: "Pages/Page_0/Content.xml" }));
  const layer = element("Content", {}, element("Layer", { ID: 2, Type: "Body" }, xml));
  const data = writeZip(
    [
      { path: "OFD.xml", content: xmlFile("OFD", { Version: "1.0", DocType: "OFD" }, element("DocBody", {}, body)) },
      { path: "Doc_0/Document.xml", content: xmlFile("Document", {}, element("CommonData", {}, common) + pages) },
      { path: "Doc_0/Pages/Page_0/Content.xml", content: xmlFile("Page", {}, element("Area", {}, box) + layer) },
    ].map(({ path, content }) => packFile(path, content, 9)),
  );
  return { type: "ofd", data, width, height };
}
