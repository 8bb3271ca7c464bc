import { join } from "node:path";
import { createThreadPool, type ThreadPool } from "../../base/thread-pool.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { Logger } from "../../host/log.ts";
import type { Extension } from "../manifest/extension.ts";
import type { CheckEntry } from "../manifest/manifest.ts";
import type { CheckedOrder, OrderFault } from "./contract.ts";

/** Milliseconds of one order in one check, where the manifest says nothing. */
const TIMEOUT_MS = 1_000;
/** Orders that may wait for one check. */
const MAX_WAITING = 200;
/** Memory of the thread of a check, MB. */
const MEMORY_MB = 64;
/** Faults that are told of one order at most; each text is cut at so many characters. */
const MAX_FAULTS = 100;
const MAX_TEXT = 500;

/** A fault and whose check says so. */
export type TaggedFault = OrderFault & { extension: string };

/** The checks of this node's extensions. */
export interface Checks {
  /** Every fault that they find in an order. Throws `EXTENSION_FAULT` where one breaks, `OVERLOADED` where too many orders wait for one. */
  faultsOf(order: CheckedOrder): Promise<TaggedFault[]>;
  close(): Promise<void>;
}

interface Loaded {
  extension: string;
  entry: CheckEntry;
  pool: ThreadPool<CheckedOrder, readonly OrderFault[]>;
}

/** Opens them, each with a thread that starts with its first order. */
export function openChecks(extensions: readonly Extension[], log: Logger): Checks {
  const loaded = extensions.flatMap(({ manifest, directory }) =>
    (manifest.checks ?? []).map((entry): Loaded => {
      const pool = createThreadPool<CheckedOrder, readonly OrderFault[]>({
        entry: new URL("./check-worker.ts", import.meta.url),
        what: `a check of ${manifest.name}`,
        threads: 1,
        maxWaiting: MAX_WAITING,
        maxMs: entry.timeoutMs ?? TIMEOUT_MS,
        resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
        workerData: join(directory, entry.module),
      });
      return { extension: manifest.name, entry, pool };
    }),
  );
  const run = async ({ extension, entry, pool }: Loaded, order: CheckedOrder): Promise<TaggedFault[]> => {
    try {
      return (await pool.run(order)).map((fault) => ({ extension, ...shortened(fault) }));
    } catch (error) {
      if (error instanceof Refusal && (error.reason === "OVERLOADED" || error.reason === "CANCELLED")) throw error;
      log.error({ extension, module: entry.module, cause: String(error) }, "a check of an extension broke");
      throw broken(extension, entry.module, error);
    }
  };
  return {
    async faultsOf(order) {
      const meant = loaded.filter(({ entry: { items } }) => items.includes("*") || items.includes(order.itemCode));
      const faults = await Promise.all(meant.map((one) => run(one, order)));
      return faults.flat().slice(0, MAX_FAULTS);
    },
    async close() {
      await Promise.all(loaded.map(({ pool }) => pool.close()));
    },
  };
}

function shortened({ pointer, description, remedy, localized }: OrderFault): OrderFault {
  const cut = (text: string) => text.slice(0, MAX_TEXT).toWellFormed();
  return { pointer: cut(pointer), description: cut(description), remedy: cut(remedy), localized: cut(localized) };
}

/** What is wrong with it stands in the log alone: it may hold anything. */
function broken(extension: string, module: string, cause: unknown): Refusal {
  const why = cause instanceof Refusal ? cause.reason : "it failed";
  const message = `check ${module} of extension ${extension} gave no answer (${why}): nothing is made unchecked; ask the node's operator`;
  const localizedDetail = `扩展${extension}的校验未能完成，请联系节点运维`;
  return new Refusal("EXTENSION_FAULT", message, { cause, metadata: { extension }, localizedDetail });
}
