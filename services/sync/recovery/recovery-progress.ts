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
}

/** Sentences that a report holds. */
export const MOST_NOTICES = 1_000;

/** Creates the progress of a recovery that has just begun. */
export function createProgress(): RecoveryProgress {
  const parts: RecoveryPart[] = [];
  const notices: string[] = [];
  let told = 0;
  let lacking = 0;

  function notice(text: string): void {
    told += 1;
    if (told < MOST_NOTICES) notices.push(text);
    else {
      const more = told - MOST_NOTICES + 1;
      notices[MOST_NOTICES - 1] = `另有 ${more} 条未列出，见日志 · ${more} more are not listed here: see the log`;
    }
  }

  return {
    parts,
    notices,
    notice,
    part(name) {
      const known = parts.find((one) => one.name === name);
      if (known) return known;
      const begun = { name, total: 0, done: 0, restored: 0, failed: 0 };
      parts.push(begun);
      return begun;
    },
    lacks(text) {
      lacking += 1;
      notice(text);
    },
    get lacking() {
      return lacking;
    },
  };
}
