import {
  PDFArray,
  type PDFContext,
  PDFDict,
  PDFDocument,
  PDFName,
  PDFObjectCopier,
  type PDFPage,
  PDFStream,
} from "pdf-lib";
import type { FontLibrary } from "../font/library.ts";
import { placeText } from "../layout/place-text.ts";
import type { PlacedShape } from "../layout/placed.ts";
import { rectPath } from "../path.ts";
import { watermark } from "../shape/watermark.ts";
import { contentOf, POINTS_PER_MM } from "./content.ts";
import { embedFonts } from "./embed-fonts.ts";
import { deflated, textString } from "./objects.ts";

/** What a copy for one use says of itself (加注件, GB/T 36903), as people read it. */
export interface CopyNote {
  /** 加注件制作者 */
  creator: string;
  /** 加注件制作事由 */
  cause: string;
  /** 加注件制作时间 */
  createdAt: string;
  /** 加注件有效期截止时间; empty where none is stated. */
  validTo: string;
  /** 证照标识 */
  identifier: string;
  /** SHA-256 of the signed original, lower-case hex. */
  originalSha256: string;
}

/** Height of the strip below the face that bears the note, and of its lines, mm. */
const STRIP = 30;
const LINE = 5.4;
const MARGIN = 12;
const COLOR = "#8a1015";
const WORD = "加注件";
/** Pale, so that the face and its code stay readable. */
const WORD_COLOR = "#e7a3a8";
const LEVEL = 6;

/**
 * Makes the copy for one use of a signed PDF: each page with its seals as it is, marked all over, and below it a strip that says for what, by whom and until
 * when. It bears no signature and no attached file, so no reader takes it for the original, and says where that is verified: by the code on the face. Throws
 * `GLYPH_MISSING` or `DATA_INVALID`, naming `purpose`, for a purpose that cannot be set.
 */
export async function useCopyPdf(original: Uint8Array, note: CopyNote, fonts: FontLibrary): Promise<Uint8Array> {
  const source = await PDFDocument.load(original, { updateMetadata: false });
  const copy = await PDFDocument.create({ updateMetadata: false });
  const pages = source.getPages();
  const seals = pages.map((page) => page.node.Annots());
  // What hangs on a page comes along with it: the signature itself, too.
  for (const page of pages) page.node.delete(PDFName.of("Annots"));
  const faces = await copy.embedPages(pages);
  for (const [index, page] of pages.entries()) {
    const face = faces[index];
    if (!face) throw new Error("a page was not taken over");
    const { width, height } = page.getSize();
    const strip = STRIP * POINTS_PER_MM;
    const drawn = copy.addPage([width, height + strip]);
    drawn.drawPage(face, { x: 0, y: strip });
    drawSeals(source.context, seals[index], drawn, strip);
    drawNote(copy.context, drawn, note, fonts);
  }
  copy.context.trailerInfo.Info = copy.context.register(infoOf(copy.context, note));
  return copy.save({ useObjectStreams: false });
}

/** What pages show beside their content: signatures' seals, by their appearance, where it is a plain one. */
function drawSeals(from: PDFContext, annotations: PDFArray | undefined, to: PDFPage, raised: number): void {
  const { context } = to.doc;
  const copier = PDFObjectCopier.for(from, context);
  for (let index = 0; annotations && index < annotations.size(); index++) {
    const annotation = annotations.lookupMaybe(index, PDFDict);
    const shown = annotation?.lookupMaybe(PDFName.of("AP"), PDFDict)?.lookup(PDFName.of("N"));
    const place = annotation?.lookupMaybe(PDFName.of("Rect"), PDFArray)?.asRectangle();
    if (!(shown instanceof PDFStream) || !place) continue;
    const box = shown.dict.lookupMaybe(PDFName.of("BBox"), PDFArray)?.asRectangle();
    if (!box || box.width === 0 || box.height === 0) continue;
    const name = to.node.newXObject("Seal", context.register(copier.copy(shown)));
    const [kx, ky] = [place.width / box.width, place.height / box.height];
    const at = [kx, 0, 0, ky, place.x - box.x * kx, place.y + raised - box.y * ky].map((value) => value.toFixed(4));
    append(context, to, `q ${at.join(" ")} cm ${name} Do Q`);
  }
}

function drawNote(context: PDFContext, page: PDFPage, note: CopyNote, fonts: FontLibrary): void {
  const size = page.getSize();
  const [width, height] = [size.width / POINTS_PER_MM, size.height / POINTS_PER_MM];
  const top = height - STRIP;
  const lines = linesOf(note);
  const placed: PlacedShape[] = [
    { ...watermark(WORD, { width, height: top }, fonts), stroke: WORD_COLOR },
    { kind: "path", path: rectPath(0, top, width, STRIP), fill: "#ffffff" },
    {
      kind: "path",
      path: { ops: "ML", coords: [MARGIN, top + 0.5, width - MARGIN, top + 0.5] },
      stroke: COLOR,
      strokeWidth: 0.4,
    },
    ...lines.flatMap((text, index) =>
      placeText(
        {
          text,
          style: {
            box: [MARGIN, top + 1.5 + index * LINE, width - 2 * MARGIN, LINE],
            size: index === 0 ? 11 : 9,
            minSize: 3,
            font: index === 0 ? "bold" : "regular",
            valign: "middle",
            color: COLOR,
            lineHeight: 1,
            wrap: true,
          },
          field: "purpose",
          bound: true,
        },
        fonts,
      ),
    ),
  ];
  const set = embedFonts(context, placed, fonts, LEVEL);
  for (const [name, ref] of Object.entries(set.resources)) page.node.setFontDictionary(PDFName.of(name), ref);
  append(context, page, contentOf(placed, height, { glyphs: set.glyphs, imageName: () => "" }));
}

function linesOf({ creator, cause, createdAt, validTo, identifier }: CopyNote): string[] {
  return [
    `加注件　仅供${creator}${cause}使用，他用无效`,
    `制作者：${creator}　制作时间：${createdAt}　${validTo === "" ? "未注明截止日期" : `有效期至：${validTo}`}`,
    `证照标识：${identifier}`,
    "本件由已核验的电子证照原件制成，不带电子签名，不能代替原件；证照是否有效，请扫描证面二维码，或在验证页按证照标识查验。",
  ];
}

/** For machines: the names that GB/T 36903 gives. */
function infoOf(context: PDFContext, note: CopyNote): PDFDict {
  return context.obj({
    Title: textString(`加注件 ${note.identifier}`),
    ZZBS: textString(note.identifier),
    JZJZZZ: textString(note.creator),
    JZJZZSY: textString(note.cause),
    JZJZZSJ: textString(note.createdAt),
    ...(note.validTo !== "" && { JZJYXQJZSJ: textString(note.validTo) }),
    OriginalSHA256: textString(note.originalSha256),
  });
}

function append(context: PDFContext, page: PDFPage, operators: string): void {
  page.node.addContentStream(context.register(deflated(context, operators, {}, LEVEL)));
}
