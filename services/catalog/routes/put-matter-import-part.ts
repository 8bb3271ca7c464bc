import type { MatterService } from "../../../proto/gen/ecert/catalog/v1/matter_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { sha256Hex } from "../../domain/canonical.ts";
import { Refusal, refuseField } from "../../domain/refusal.ts";
import type { CatalogContext } from "../context.ts";
import { requireFile, storePart } from "../matters/compare-import.ts";
import type { ImportDocument } from "../matters/import-record.ts";
import { importView } from "../matters/import-view.ts";
import { notReady, ownImport } from "../matters/own-import.ts";

/** 6.2.2.2: takes a part of a file; with the last it is held against the digest that was announced. */
export function putMatterImportPart(context: CatalogContext): Handlers<typeof MatterService>["putMatterImportPart"] {
  const { matters, runtime } = context;
  return async ({ importId, part, content }, call) => {
    const found = await ownImport(context, importId, call);
    const sha256 = sha256Hex(content);
    const before = found.parts[part];
    if (before?.sha256 === sha256) return { import: importView(found, runtime.now()) };
    if (found.state !== "receiving" || part !== found.parts.length) {
      throw notReady(found, `part ${found.parts.length} is wanted, if any`, `需要第${found.parts.length}段或不再需要`);
    }
    const parts = [...found.parts, { sha256, bytes: content.length }];
    const received = parts.reduce((sum, one) => sum + one.bytes, 0);
    if (received > found.bytes) {
      const description = `${received} bytes have come of ${found.bytes} that were announced`;
      const localized = `已收到${received}字节，超过申报的${found.bytes}字节，请重新导入`;
      throw refuseField("INVALID_FIELD", "content", description, "begin an import of this file", localized);
    }
    await storePart(context, importId, part, content);
    const isWhole = received === found.bytes;
    if (isWhole) await requireAnnounced(context, { ...found, parts });
    const stored = await matters.imports.replace({ ...found, parts, state: isWhole ? "received" : "receiving" });
    if (!stored) throw new Refusal("REVISION_CONFLICT", `import ${importId} gets parts from elsewhere too`);
    return { import: importView(stored, runtime.now()) };
  };
}

/** Another file than was announced begins anew: which of its parts is wrong, nobody knows. */
async function requireAnnounced(context: CatalogContext, document: ImportDocument): Promise<void> {
  try {
    await requireFile(context, document);
  } catch (error) {
    await context.matters.imports.replace({ ...document, parts: [] });
    throw error;
  }
}
