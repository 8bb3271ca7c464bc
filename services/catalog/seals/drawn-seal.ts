import type { Seal } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import { FileFormat } from "../../../proto/gen/ecert/type/v1/file_pb.ts";
import { sampleMessage } from "../../document/sample-message.ts";
import type { SealPicture } from "../../document/seal-picture.ts";
import { sha256Hex } from "../../domain/canonical.ts";
import type { CatalogContext } from "../context.ts";

/** Written below the picture, which nothing may cover: it is shown to be looked at. */
const NOTE = "仅供核对";
/** White round the picture, the least page that faces have, and the line below, mm. */
const [MARGIN, LEAST, LINE] = [4, 50, 6];

/**
 * 5.8.4, 6.4.1.4: the picture of a seal in its size, as a PDF of one page, by what draws it on faces. Throws `GLYPH_MISSING` for a character that no font has,
 * `OVERLOADED` and `DEADLINE_EXCEEDED` as all that is drawn to be looked at.
 */
export async function drawnSeal({ previews, runtime }: Pick<CatalogContext, "previews" | "runtime">, seal: Seal) {
  const picture = JSON.parse(seal.pictureJson) as SealPicture;
  const face = await previews.pool().compile(JSON.stringify(pageOf(picture)), picture);
  const nothing = { typeCode: "0", holders: 1, ofOrganisations: true, data: {} };
  const message = sampleMessage({ ...nothing, name: seal.name, issuer: seal.departmentCode }, runtime.now());
  const { bytes } = await face.preparePdf(message);
  return {
    format: FileFormat.PDF,
    mediaType: "application/pdf",
    fileName: `${NOTE}-${seal.code}.pdf`,
    content: bytes,
    sha256: sha256Hex(bytes),
  };
}

function pageOf(picture: SealPicture) {
  const [wide, high] =
    picture.kind === "round" ? [picture.diameter, picture.diameter] : [picture.width, picture.height];
  const [width, height] = [Math.max(wide + 2 * MARGIN, LEAST), Math.max(high + 2 * MARGIN, LEAST)];
  return {
    schema: "ecert.face.v1",
    page: { width, height: height + LINE },
    elements: [
      { type: "seal", box: [0, 0, width, height] },
      { type: "text", text: NOTE, box: [0, height, width, LINE], size: 8, align: "center", color: "#5F6B7A" },
    ],
  };
}
