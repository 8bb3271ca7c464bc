/** Counts of one part. */
export interface Counts {
  done: number;
  restored: number;
  failed: number;
}

/** Milliseconds for which a peer is asked again that cannot be reached. */
export const PATIENCE_MS = 10_000;

/** Sentences that are told at most. */
export const MOST_NOTICES = 1_000;

/** Gathers what came of a recovery, by its parts. */
export interface Report<P extends string> {
  add(part: P, counts: Partial<Counts>): void;
  /** Once, however often it is said. */
  notice(sentence: string): void;
  readonly parts: readonly (Counts & { name: P })[];
  readonly notices: readonly string[];
  /** Something was not compared, and may be older here: the node is not whole. */
  lacks(sentence: string): void;
  readonly lacking: readonly string[];
}

/** Begins a report; its parts are told in this order. */
export function openReport<P extends string>(names: readonly P[]): Report<P> {
  const parts = names.map((name) => ({ name, done: 0, restored: 0, failed: 0 }));
  const notices = new Set<string>();
  const lacking: string[] = [];
  let beyond = 0;
  return {
    parts,
    lacking,
    lacks: (sentence) => void lacking.push(sentence),
    add(name, { done = 0, restored = 0, failed = 0 }) {
      const part = parts.find((one) => one.name === name) as Counts;
      part.done += done;
      part.restored += restored;
      part.failed += failed;
    },
    notice(sentence) {
      if (notices.has(sentence)) return;
      // The last place tells how many there were.
      if (notices.size < MOST_NOTICES - 1) notices.add(sentence);
      else beyond += 1;
    },
    get notices() {
      return beyond === 0 ? [...notices] : [...notices, `另有 ${beyond} 条提示未列出，见日志与证据链`];
    },
  };
}
