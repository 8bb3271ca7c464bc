import { PDFContext, type PDFRef, PDFWriter } from "pdf-lib";
import { sha256Hex } from "../../domain/canonical.ts";
import { instantOf } from "../../domain/instant.ts";
import type { FontLibrary } from "../font/library.ts";
import type { PlacedImage, PlacedShape } from "../layout/placed.ts";
import { contentOf, POINTS_PER_MM } from "../pdf/content.ts";
import { type DocumentInfo, infoDictionary, xmpPacket } from "../pdf/document-info.ts";
import { embedFonts } from "../pdf/embed-fonts.ts";
import { srgbProfile } from "../pdf/icc.ts";
import { embedImage } from "../pdf/image.ts";
import { deflated, literal } from "../pdf/objects.ts";
import type { Report } from "./block.ts";
import { layOutReport, PAGE } from "./layout.ts";

/**
 * A report as PDF (1.7, PDF/A-2b) of as many A4 pages as it takes, without a signature of its own: whoever publishes it signs its octets. The same
 * report gives the same octets. Throws `GLYPH_MISSING` for characters that no font has.
 */
export async function reportPdf(report: Report, fonts: FontLibrary): Promise<Uint8Array> {
  const pages = layOutReport(report, fonts);
  const context = PDFContext.create();
  const tree = context.nextRef();
  const set = embedFonts(context, pages.flat(), fonts, 6);
  const images = imagesOf(context, pages.flat());
  const xObjects = Object.fromEntries([...images.values()].map(({ name, ref }) => [name, ref]));
  const resources = context.register(context.obj({ Font: set.resources, XObject: xObjects }));
  const mediaBox = [0, 0, PAGE.width * POINTS_PER_MM, PAGE.height * POINTS_PER_MM];
  const kids = pages.map((placed) => {
    const imageName = (item: PlacedImage) => images.get(item.image)?.name ?? "";
    const content = contentOf(placed, PAGE.height, { glyphs: set.glyphs, imageName });
    const contents = context.register(deflated(context, content, {}, 6));
    const page = { Type: "Page", Parent: tree, MediaBox: mediaBox, Contents: contents, Resources: resources };
    return context.register(context.obj(page));
  });
  context.assign(tree, context.obj({ Type: "Pages", Kids: kids, Count: kids.length }));
  const info = infoOf(report);
  const id = literal(`<${digestOf(report).slice(0, 32)}>`);
  context.trailerInfo.Root = catalogOf(context, tree, info);
  context.trailerInfo.Info = context.register(infoDictionary(context, info));
  context.trailerInfo.ID = context.obj([id, id]);
  return PDFWriter.forContext(context, Number.POSITIVE_INFINITY).serializeToBuffer();
}

/** Digest of all that a report says and shows. */
function digestOf({ blocks, ...rest }: Report): string {
  const said = blocks.map((block) =>
    block.kind === "picture" ? { ...block, picture: sha256Hex(block.picture.bytes) } : block,
  );
  return sha256Hex(JSON.stringify({ ...rest, blocks: said }));
}

function imagesOf(context: PDFContext, placed: readonly PlacedShape[]) {
  const images = new Map<PlacedImage["image"], { name: string; ref: PDFRef }>();
  for (const item of placed) {
    if (item.kind !== "image" || images.has(item.image)) continue;
    images.set(item.image, { name: `I${images.size}`, ref: embedImage(context, item.image) });
  }
  return images;
}

function catalogOf(context: PDFContext, pages: PDFRef, info: DocumentInfo): PDFRef {
  const metadata = context.register(context.stream(xmpPacket(info, "A-2b"), { Type: "Metadata", Subtype: "XML" }));
  const intent = {
    Type: "OutputIntent",
    S: "GTS_PDFA1",
    OutputConditionIdentifier: literal("(sRGB)"),
    Info: literal("(sRGB IEC61966-2.1)"),
    DestOutputProfile: context.register(deflated(context, srgbProfile(), { N: 3 }, 9)),
  };
  const catalog = {
    Type: "Catalog",
    Pages: pages,
    Metadata: metadata,
    Lang: literal("(zh-CN)"),
    OutputIntents: [intent],
  };
  return context.register(context.obj({ ...catalog, ViewerPreferences: { DisplayDocTitle: true } }));
}

function infoOf({ title, author, identifier, madeAt }: Report): DocumentInfo {
  const time = new Date(instantOf(madeAt)).toISOString().slice(0, 19);
  const pdfDate = `D:${time.replaceAll(/[-:T]/g, "")}Z`;
  return { title, author, identifier, validity: "../..", node: author, pdfDate, xmpDate: `${time}Z` };
}
