import type { MatterService } from "../../../proto/gen/ecert/catalog/v1/matter_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { CatalogContext } from "../context.ts";
import type { ImportDocument } from "../matters/import-record.ts";
import { importView } from "../matters/import-view.ts";
import { notReady, ownImport } from "../matters/own-import.ts";

/** 6.2.2.2: has a file compared with what is registered, by what its caller sees now. */
export function previewMatterImport(context: CatalogContext): Handlers<typeof MatterService>["previewMatterImport"] {
  const { matters, runtime } = context;
  return async ({ importId }, call) => {
    const found = await ownImport(context, importId, call);
    if (found.state === "comparing") return { import: importView(found, runtime.now()) };
    if (!["received", "previewed", "unreadable"].includes(found.state)) {
      throw notReady(found, "a file that is whole and not accepted is previewed", "文件完整且未确认入库时才能比对");
    }
    const { preview: _preview, fault: _fault, tries: _tries, phaseSince: _since, ...rest } = found;
    const comparing: ImportDocument = { ...rest, state: "comparing", open: "comparing", doneRows: 0, totalRows: 0 };
    // Its starter's rows are judged by how far the starter sees, whoever asks.
    if (call.reach.kind !== "all" || found.reach.kind === "all") comparing.reach = call.reach;
    const stored = await matters.imports.replace(comparing);
    if (!stored) throw new Refusal("REVISION_CONFLICT", `import ${importId} has changed meanwhile`);
    matters.work.ring();
    return { import: importView(stored, runtime.now()) };
  };
}
