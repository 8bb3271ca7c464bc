import { type CatalogItemContent, HolderKind } from "../../../proto/gen/ecert/catalog/v1/catalog_item_pb.ts";
import type { CatalogService } from "../../../proto/gen/ecert/catalog/v1/catalog_service_pb.ts";
import { FileFormat } from "../../../proto/gen/ecert/type/v1/file_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { FaceSource } from "../../document/face-source.ts";
import type { SealPicture } from "../../document/seal-picture.ts";
import { digestAttachments } from "../../domain/attachment-rule.ts";
import { type JsonObject, sha256Hex } from "../../domain/canonical.ts";
import { shanghaiDay } from "../../domain/civil-date.ts";
import type { CatalogContext } from "../context.ts";
import { checkContent, checkSealPicture } from "../registry/check-content.ts";

const WATERMARK = "样例";

/** Draws the face of a content with its example and the attachments sent, for officers who write templates. Nothing is kept. */
export function previewFace({ previews, runtime }: CatalogContext): Handlers<typeof CatalogService>["previewFace"] {
  return async (request) => {
    const content = request.content as CatalogItemContent;
    checkContent(content);
    const seal = sealOf(request.sealPictureJson, content);
    const face = await previews.pool().compile(content.faceTemplateJson, seal);
    const attachments = await digestAttachments(request.attachments);
    const files = new Map(request.attachments.map(({ sha256, content }) => [sha256, content]));
    const sample = { ...sampleOf(content, runtime.now()), attachments };
    const { bytes } = await face.preparePreview(sample, { watermark: WATERMARK, files });
    return {
      file: {
        format: FileFormat.PDF,
        mediaType: "application/pdf",
        fileName: `${WATERMARK}-${content.name}.pdf`,
        content: bytes,
        sha256: sha256Hex(bytes),
      },
    };
  };
}

function sealOf(json: string, { definingAuthority }: CatalogItemContent): SealPicture {
  if (json === "") return { kind: "round", name: definingAuthority.slice(0, 30).padEnd(2, "章"), diameter: 42 };
  checkSealPicture(json);
  return JSON.parse(json) as SealPicture;
}

/** A message with the example's data and made-up metadata, which nobody can take for real ones. */
function sampleOf(content: CatalogItemContent, now: Date): FaceSource {
  const day = shanghaiDay(now);
  const codeType = content.holderKind === HolderKind.ORGANISATION ? "001" : "111";
  return {
    schema: "ecert.message.v1",
    metadata: {
      identifier: `1.2.156.3005.2.${content.typeCode}.0.0.001.0`,
      number: "00000000",
      name: content.name,
      typeCode: content.typeCode,
      itemCode: WATERMARK,
      itemVersion: 0,
      version: 1,
      holders: Array.from({ length: Math.max(content.holdersMin, 1) }, (_, i) => ({
        name: `${WATERMARK}${i + 1}`,
        code: "0".repeat(18),
        codeType,
      })),
      issuer: { name: content.definingAuthority, code: "0".repeat(18), division: "440000" },
      issueDate: day,
      validFrom: day,
      validTo: day,
      preparedAt: `${day}T00:00:00+08:00`,
      node: "440000",
      app: WATERMARK,
      businessSerial: WATERMARK,
      seal: WATERMARK,
    },
    data: JSON.parse(content.exampleJson) as JsonObject,
    attachments: [],
  };
}
