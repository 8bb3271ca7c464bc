import { pause } from "../../base/pause.ts";
import { Refusal } from "../../domain/refusal.ts";
import { createRowReader } from "../../event/row-reader.ts";
import type { SetAside } from "../../event/set-aside.ts";
import type { Runtime } from "../../node/runtime.ts";
import { insertNew } from "../../store/insert-new.ts";
import type { Collection, CollectionSpec, Stored } from "../../store/port.ts";
import { isCount } from "../wire/signed-event.ts";
import { ARCHIVE, type ArchivedCertificate } from "./archived-certificate.ts";
import { stateText } from "./state-text.ts";
import { createArchiveRows } from "./stored-record.ts";

/** How far a change to all stored documents has come. `_id` names the change. */
interface Progress extends Stored {
  /** Cursor behind the last page that is done. */
  after?: string;
  looked: number;
  changed: number;
  done: boolean;
}

export const MIGRATIONS: CollectionSpec = { name: "migrations", indexes: [] };
const ID = "archive-state";
/** Documents of one page: what is read at once, and looked at again after a crash. */
const PAGE = 200;
/** Pause between pages, so that calls come first. */
const REST_MS = 5;
/** Progress is logged behind so many documents. */
const LOG_EVERY = 10_000;

/** Completes records that were archived before their state was kept beside them, and could not be found by it. */
export interface StateBackfill {
  /** Every record can be found by its state. Until then no bundle may say what is in force. */
  readonly done: boolean;
  /**
   * Goes on where the last run ended and returns when all is done or `signal` aborts. Running it again, or in two processes
   * at once, does no harm: a record is changed only if nobody else has written it meanwhile.
   */
  run(signal: AbortSignal): Promise<void>;
}

/** Opens the backfill; an archive without records is done at once. */
export async function openStateBackfill(parts: Pick<Runtime, "store" | "log" | "setAside">): Promise<StateBackfill> {
  const { store, log, setAside } = parts;
  const archive = await store.collection<ArchivedCertificate>(ARCHIVE);
  const { records } = createArchiveRows(archive, setAside);
  const progresses = await store.collection<Progress>(MIGRATIONS);
  let progress = await begun(progresses, setAside, async () => (await archive.count("bucket")) === 0);

  async function keep(next: Progress): Promise<void> {
    // Where another process was faster, its progress is as good: every page before it is done.
    progress = (await progresses.replace(next)) ?? (await progresses.get(ID)) ?? next;
  }

  return {
    get done() {
      return progress.done;
    },
    async run(signal) {
      if (progress.done) return;
      log.info({ looked: progress.looked, changed: progress.changed }, "completing archived records by their state");
      while (!progress.done && !signal.aborted) {
        const { after, looked, changed } = progress;
        const { items, next } = await archive.query({ index: "bucket", limit: PAGE, ...(after && { after }) });
        const lacking = items.filter(({ state }) => state === undefined);
        for (const [document, { state }] of await records.pairs(lacking))
          await archive.replace({ ...document, state: stateText(state) });
        const sum = { looked: looked + items.length, changed: changed + lacking.length };
        await keep({ ...progress, ...sum, ...(next !== undefined && { after: next }), done: next === undefined });
        const hundred = Math.floor(sum.looked / LOG_EVERY) > Math.floor(looked / LOG_EVERY);
        if (progress.done || hundred) log.info({ ...sum, done: progress.done }, "archived records completed");
        if (!progress.done) await pause(REST_MS, signal);
      }
    },
  };
}

/** A progress that cannot be read is set aside and begun anew: a page that is looked at twice does no harm. */
async function begun(
  progresses: Collection<Progress>,
  setAside: SetAside,
  empty: () => Promise<boolean>,
): Promise<Progress> {
  const parts = { setAside, place: "store", source: MIGRATIONS.name, collection: progresses } as const;
  const reader = createRowReader({ ...parts, read: requireProgress });
  const { stored: known, row: sound } = await reader.at(ID);
  if (sound) return sound;
  const fresh: Progress = { _id: ID, revision: 1, looked: 0, changed: 0, done: await empty() };
  if (known) return (await progresses.replace({ ...fresh, revision: known.revision })) ?? fresh;
  return (await insertNew(progresses, fresh)) ? fresh : ((await progresses.get(ID)) ?? fresh);
}

function requireProgress(progress: Progress): Progress {
  const { after, looked, changed, done } = progress;
  const sound = typeof done === "boolean" && isCount(looked) && isCount(changed) && typeof (after ?? "") === "string";
  if (sound) return progress;
  throw new Refusal("RECORD_UNREADABLE", "the progress of a migration lacks members or has wrong ones");
}
