import type { CatalogItemContent } from "../../../proto/gen/ecert/catalog/v1/catalog_item_pb.ts";
import { Refusal } from "../../domain/refusal.ts";
import { pointerOf } from "../registry/check-content.ts";
import type { Previews } from "./previews.ts";

/**
 * 4.3.3: holds that the face of a content, which is good otherwise, has room for the widest data that its schema allows, and for a QR code
 * that is read from a whole page. Rejects with `DATA_INVALID`, naming each box that is too small and what fits it.
 */
export async function requireRoom(previews: Previews, content: CatalogItemContent): Promise<void> {
  const { name, typeCode, holdersMax, faceTemplateJson } = content;
  const dataSchema = JSON.parse(content.dataSchemaJson);
  const faults = await previews.pool().roomFaults(faceTemplateJson, { dataSchema, name, typeCode, holdersMax });
  const fields = faults.map((fault) => ({ ...fault, field: `content.face_template_json${pointerOf(fault.field)}` }));
  const [first] = fields;
  if (first === undefined) return;
  const message = `the face has no room for ${fields.length} thing(s), first ${first.field}: ${first.description}`;
  throw new Refusal("DATA_INVALID", message, { fields });
}
