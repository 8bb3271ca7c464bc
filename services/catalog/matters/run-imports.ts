import { randomHex } from "../../base/random-hex.ts";
import { Refusal } from "../../domain/refusal.ts";
import { pagesOf } from "../../store/pages-of.ts";
import type { CatalogContext } from "../context.ts";
import { applyImport } from "./apply-import.ts";
import { compareImport } from "./compare-import.ts";
import { forgetImports } from "./forget-imports.ts";
import type { ImportDocument } from "./import-record.ts";
import { TakenOver, takeWork, type Work } from "./work.ts";

/** How often it is looked for work of processes that are gone, and for imports that nobody wants any more. */
const LOOK_EVERY_MS = 5_000;

/**
 * Does the work of imports, one after another, until the signal aborts: compares files and stores what was accepted. At its start it takes over
 * whatever another process may be doing, which notices it; later only what nobody has touched for a while.
 */
export async function runImports(context: CatalogContext, signal: AbortSignal): Promise<void> {
  const { matters, runtime } = context;
  const waits = (id: string) => (error: unknown) =>
    runtime.log.warn({ import: id, error: String(error) }, "imports of matters cannot be carried on now");
  const name = `${runtime.replica}-${randomHex(8)}`;
  for (let first = true; !signal.aborted; first = false) {
    try {
      for (const found of await waiting(context)) {
        const isFree = first || !found.worker || found.worker.until <= runtime.now().toISOString();
        if (signal.aborted || !(isFree || found.worker?.name === name)) continue;
        // One that cannot be carried on now holds up no other.
        await carryOn(context, found, name, signal).catch(waits(found._id));
      }
      await forgetImports(context);
    } catch (error) {
      waits("")(error);
    }
    await matters.work.wait(LOOK_EVERY_MS, signal);
  }
}

/** Accepted ones first. */
async function waiting({ matters }: CatalogContext): Promise<ImportDocument[]> {
  const found: ImportDocument[] = [];
  for (const open of ["applying", "comparing"]) {
    for await (const page of pagesOf(matters.imports, { index: "open", equals: [open] })) found.push(...page);
  }
  return found;
}

async function carryOn(
  context: CatalogContext,
  found: ImportDocument,
  name: string,
  signal: AbortSignal,
): Promise<void> {
  const work = await takeWork(context, found, name, signal);
  if (work) await carryOut(context, work);
}

async function carryOut(context: CatalogContext, work: Work): Promise<void> {
  try {
    if (work.import.state === "applying") await applyImport(context, work);
    else await compareImport(context, work);
  } catch (error) {
    if (error instanceof TakenOver) return;
    const isFile = error instanceof Refusal && error.retryAfterMs === undefined && error.reason !== "CANCELLED";
    // What was accepted is tried until it is done; of what was not, its caller hears.
    if (work.import.state === "applying" || !isFile) throw error;
    const [first] = error.fields;
    const fault = first ?? { description: error.message, remedy: "send a smaller file", localized: error.localized };
    const { description, remedy, localized } = fault;
    await work.save({
      state: "unreadable",
      open: undefined,
      worker: undefined,
      fault: { column: "", description, remedy, localized },
    });
  }
}
