import type { CatalogContext } from "../context.ts";
import { pieceId } from "./import-record.ts";
import { targetOf, type Work } from "./work.ts";

/** Stores an accepted import from where it is to its end: again after whatever broke off, as often as needed. */
export async function applyImport(context: CatalogContext, work: Work): Promise<void> {
  const { runtime, matters } = context;
  const { _id: id, target: kind, sha256, by, preview } = work.import;
  if (!preview) throw new Error(`import ${id} was accepted without a preview`);
  if (work.import.applied === undefined) {
    const { added, changed, ended, faulty } = preview.counts;
    const told = { import: id, sha256, target: kind, added, changed, ended, faulty, by };
    await runtime.evidence.append("matter-import-accepted", told);
    await work.save({ applied: 0, phaseSince: runtime.now().toISOString() });
  }
  const target = targetOf(context, work.import);
  for (let piece = work.import.applied ?? 0; piece < preview.pieces; piece++) {
    if (work.signal.aborted) return;
    await runtime.standing.require();
    const rows = (await matters.pieces.get(pieceId(id, "rows", piece)))?.rows ?? [];
    await target.store(rows.filter(({ outcome }) => outcome !== "unchanged" && outcome !== "faulty"));
    await work.save({ applied: piece + 1, doneRows: work.import.doneRows + rows.length });
  }
  await runtime.evidence.append("matter-import-done", { import: id });
  await work.save({ state: "done", stoppedRows: undefined, open: undefined, gate: undefined, worker: undefined });
}
