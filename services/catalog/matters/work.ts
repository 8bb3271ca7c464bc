import type { CatalogContext } from "../context.ts";
import { directoryTarget } from "./directory-target.ts";
import type { ImportDocument } from "./import-record.ts";
import type { TargetOf } from "./import-target.ts";
import { listTarget } from "./list-target.ts";

/** How long an import is left to the process that works on it without a sign of life. */
export const LEASE_MS = 120_000;

/** Thrown where another process has taken the import over: whoever finds that leaves it alone. */
export class TakenOver extends Error {
  override readonly name = "TakenOver";
}

/** Members of an import that change; `undefined` takes one away. */
export type ImportChange = { [Member in keyof ImportDocument]?: ImportDocument[Member] | undefined };

/** An import that this process works on. */
export interface Work {
  readonly import: ImportDocument;
  /** Stores how far it is, and goes on holding it. Throws {@link TakenOver}. */
  save(change: ImportChange): Promise<void>;
  /** Aborts when the process ends. */
  readonly signal: AbortSignal;
}

/** What an import's rows are held against. */
export function targetOf(
  context: CatalogContext,
  { target, reach }: Pick<ImportDocument, "target" | "reach">,
): TargetOf {
  return target === "list" ? listTarget(context, reach) : directoryTarget(context);
}

/** Takes an import, in the place of whoever held it; `undefined` where somebody else was faster. */
export async function takeWork(
  { matters, runtime }: CatalogContext,
  found: ImportDocument,
  name: string,
  signal: AbortSignal,
): Promise<Work | undefined> {
  const { imports } = matters;
  const until = () => new Date(runtime.now().getTime() + LEASE_MS).toISOString();
  const tries = found.state === "comparing" ? { tries: (found.tries ?? 0) + 1 } : {};
  let current = await imports.replace({ ...found, ...tries, worker: { name, until: until() } });
  if (!current) return undefined;
  return {
    get import() {
      return current as ImportDocument;
    },
    async save(change) {
      const next = { ...current, worker: { name, until: until() }, ...change } as ImportDocument;
      current = await imports.replace(next);
      if (!current) throw new TakenOver();
    },
    signal,
  };
}
