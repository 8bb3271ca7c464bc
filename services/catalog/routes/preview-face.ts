import { type CatalogItemContent, HolderKind } from "../../../proto/gen/ecert/catalog/v1/catalog_item_pb.ts";
import type { CatalogService } from "../../../proto/gen/ecert/catalog/v1/catalog_service_pb.ts";
import { FileFormat } from "../../../proto/gen/ecert/type/v1/file_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { SAMPLE, sampleMessage } from "../../document/sample-message.ts";
import type { SealPicture } from "../../document/seal-picture.ts";
import { digestAttachments } from "../../domain/attachment-rule.ts";
import { type JsonObject, sha256Hex } from "../../domain/canonical.ts";
import type { CatalogContext } from "../context.ts";
import { checkContent, checkSealPicture } from "../registry/check-content.ts";

/** Draws the face of a content with its example and the attachments sent, for officers who write templates. Nothing is kept. */
export function previewFace({ previews, runtime }: CatalogContext): Handlers<typeof CatalogService>["previewFace"] {
  return async (request) => {
    const content = request.content as CatalogItemContent;
    checkContent(content);
    const seal = sealOf(request.sealPictureJson, content);
    const face = await previews.pool().compile(content.faceTemplateJson, seal);
    const attachments = await digestAttachments(request.attachments);
    const files = new Map(request.attachments.map(({ sha256, content }) => [sha256, content]));
    const sample = { ...sampleMessage(sampledOf(content), runtime.now()), attachments };
    const { bytes } = await face.preparePreview(sample, { watermark: SAMPLE, files });
    return {
      file: {
        format: FileFormat.PDF,
        mediaType: "application/pdf",
        fileName: `${SAMPLE}-${content.name}.pdf`,
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

function sampledOf({ name, typeCode, definingAuthority, holdersMin, holderKind, exampleJson }: CatalogItemContent) {
  return {
    ...{ name, typeCode, issuer: definingAuthority, holders: holdersMin },
    ofOrganisations: holderKind === HolderKind.ORGANISATION,
    data: JSON.parse(exampleJson) as JsonObject,
  };
}
