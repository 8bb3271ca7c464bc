/** Names of the parts of a recovery, in order. */
export type PartName =
  | ("registry" | "delegations" | "catalog" | "drafts" | "lists" | "register")
  | ("apps" | "certificates" | "files" | "numbers");

/** How far one part is. */
export interface RecoveryPart {
  readonly name: PartName;
  /** Things to be looked at, as far as known. */
  total: number;
  /** Things looked at. */
  done: number;
  /** Things brought back, or, in a dry run, that would be. */
  restored: number;
  /** Things that could not be brought back. */
  failed: number;
}

/** How a step of a recovery is done. */
export interface StepOptions {
  /** Only looks, and counts what would be brought back. */
  dryRun: boolean;
  signal: AbortSignal;
}

/** From where a recovery goes on that was interrupted: what was counted at a place behind which nothing has to be looked at again. */
export interface Reached {
  /** Steps that are done. */
  steps: string[];
  /** Day of issue whose certificates come next or are being brought back, and how many were lacking when it was begun. */
  day?: { name: string; lacking: number };
  parts: RecoveryPart[];
  /** Sentences that were told until then, and of how many things they say that they are lacking. */
  told: number;
  lacking: number;
}

/** What a recovery has done so far. */
export interface RecoveryProgress {
  readonly parts: readonly RecoveryPart[];
  /** Counters of a part; it is listed from the first call on, behind those that were begun before. */
  part(name: PartName): RecoveryPart;
  /** Sentences for the operator, at most {@link MOST_NOTICES}: the last one tells how many more there were. */
  readonly notices: readonly string[];
  notice(text: string): void;
  /** Something is not here that another node may still have: the node is not whole, and stays behind. */
  lacks(text: string): void;
  /** Things that {@link lacks} has told. */
  readonly lacking: number;
  /** From where it goes on when it is interrupted now. */
  readonly reached: Reached;
  /** Does a step, unless it was done before an interruption. */
  step(name: string, work: () => Promise<void>): Promise<void>;
  /** The certificates of a day come next, of which so many are lacking: it is gone on with from here. */
  atDay(name: string, lacking: number): Promise<void>;
  /** Something more was counted. */
  counted(): Promise<void>;
}

/** Sentences that a report holds. */
export const MOST_NOTICES = 1_000;

/** What a progress begins with, and who hears of it. */
export interface ProgressParts {
  /** What was interrupted. Absent: nothing, it begins. */
  before?: { parts: readonly RecoveryPart[]; notices: readonly string[]; reached: Reached; dryRun: boolean };
  /** Told what was counted, at once where it is gone on with from another place now. */
  keep?: (at: "once" | "leisure") => Promise<void>;
}

/** Creates the progress of a recovery that has just begun, or goes on. */
export function createProgress({ before, keep = async () => {} }: ProgressParts = {}): RecoveryProgress {
  let reached: Reached = before?.reached ?? { steps: [], parts: [], told: 0, lacking: 0 };
  const parts = structuredClone(reached.parts);
  let { told, lacking } = reached;
  const notices = (before?.notices ?? []).slice(0, told);
  if (before && !before.dryRun) takeFiles(parts, before.parts);

  function notice(text: string): void {
    told += 1;
    if (told < MOST_NOTICES) notices.push(text);
    else {
      const more = told - MOST_NOTICES + 1;
      notices[MOST_NOTICES - 1] = `另有 ${more} 条未列出，见日志 · ${more} more are not listed here: see the log`;
    }
  }

  function part(name: PartName): RecoveryPart {
    const known = parts.find((one) => one.name === name);
    if (known) return known;
    const begun = { name, total: 0, done: 0, restored: 0, failed: 0 };
    parts.push(begun);
    return begun;
  }

  async function reach(next: Pick<Reached, "steps" | "day">): Promise<void> {
    reached = { ...next, parts: structuredClone(parts), told, lacking };
    await keep("once");
  }

  return {
    parts,
    notices,
    notice,
    part,
    lacks(text) {
      lacking += 1;
      notice(text);
    },
    get lacking() {
      return lacking;
    },
    get reached() {
      return reached;
    },
    async step(name, work) {
      if (reached.steps.includes(name)) return;
      await work();
      await reach({ steps: [...reached.steps, name] });
    },
    async atDay(name, left) {
      // In the middle of a day it was interrupted: what is lacking no more was brought back by then.
      const { day } = reached;
      if (day?.name === name) part("certificates").restored += Math.max(0, day.lacking - left);
      await reach({ steps: reached.steps, day: { name, lacking: left } });
    },
    counted: () => keep("leisure"),
  };
}

/** Files that were brought back since the place from where it goes on are here; those that were not are asked for again. */
function takeFiles(parts: RecoveryPart[], later: readonly RecoveryPart[]): void {
  const files = later.find(({ name }) => name === "files");
  const at = parts.findIndex(({ name }) => name === "files");
  if (files && at >= 0) parts[at] = { ...files, total: files.done + files.failed };
}
