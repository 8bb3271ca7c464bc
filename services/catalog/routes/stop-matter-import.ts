import type { MatterService } from "../../../proto/gen/ecert/catalog/v1/matter_service_pb.ts";
import { callerName } from "../../call/chain/caller.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { CatalogContext } from "../context.ts";
import type { ImportDocument } from "../matters/import-record.ts";
import { importView } from "../matters/import-view.ts";
import { notReady, ownImport } from "../matters/own-import.ts";

/**
 * 6.2.2.2: stops comparing or storing an import. Whoever does the work finds at its next row that the import is no longer its own, and leaves it; until then
 * a portion more may be stored. To go on, the file is compared again: what is stored has no difference then.
 */
export function stopMatterImport(context: CatalogContext): Handlers<typeof MatterService>["stopMatterImport"] {
  const { matters, runtime } = context;
  return async ({ importId }, call) => {
    const found = await ownImport(context, importId, call);
    if (found.state !== "comparing" && found.state !== "applying") {
      throw notReady(found, "it is stopped while it is compared or stored", "只有比对中或入库中的任务可以停止");
    }
    const { open: _open, gate: _gate, worker: _worker, preview: _preview, applied, doneRows, ...rest } = found;
    const { phaseSince: _since, partial: _partial, tries: _tries, ...kept } = rest;
    const stopped: ImportDocument = { ...kept, state: "received", doneRows: 0, totalRows: 0 };
    if (found.state === "applying") {
      const by = callerName(call.caller);
      await runtime.evidence.append("matter-import-stopped", {
        import: importId,
        pieces: applied ?? 0,
        rows: doneRows,
        by,
      });
      stopped.stoppedRows = doneRows;
    }
    const stored = await matters.imports.replace(stopped);
    if (!stored) throw new Refusal("REVISION_CONFLICT", `import ${importId} has changed meanwhile`);
    return { import: importView(stored, runtime.now()) };
  };
}
