import { BoundedMemory } from "../../base/bounded-memory.ts";
import { UNSETTLED_MS } from "./change-mark.ts";
import type { FollowedMark, LiveMark } from "./follow-mark.ts";

/** How long an answer is kept whatever is told, milliseconds: a process of before, beside newer ones, raises no mark. */
export const KEPT_MS = 60_000;

/** An answer of another service, with the mark under which it was given. */
export interface MarkedAnswer<A> {
  answer: A;
  mark: string;
  /** How much room it takes, in whatever the memory counts. Default 1. */
  weight?: number;
}

/** An answer, and since when it may have become another. */
export interface DatedAnswer<A> {
  answer: A;
  /** It was so at that time or later, milliseconds of the process. */
  asOf: number;
}

/** Answers of another service that are used again while it says that nothing has changed. */
export interface KeptAnswers<A> {
  /** The answer that is kept for a key, or else the one that `ask` gets. What that throws is thrown and not kept. */
  recall(key: string, ask: () => Promise<MarkedAnswer<A>>): Promise<DatedAnswer<A>>;
}

interface Kept<A> {
  answer: A;
  askedAt: number;
  epoch: number;
}

/** What {@link createKeptAnswers} needs. */
export interface KeptAnswersParts {
  followed: FollowedMark;
  monotonic(): number;
  /** Weight of all that is kept; the oldest goes first. */
  most: number;
  /** Told of each answer where it came from. */
  onAnswer?(from: "kept" | "asked"): void;
}

/**
 * Creates the memory. An answer is kept where it was given under the very mark that was told before it was asked for and is told when it comes: one that
 * was made before a change and arrives behind its news is used once and never kept, also where a slower replica tells the former mark again.
 */
export function createKeptAnswers<A>({ followed, monotonic, most, onAnswer }: KeptAnswersParts): KeptAnswers<A> {
  const memory = new BoundedMemory<string, Kept<A>>(most);

  const counts = ({ askedAt, epoch }: Kept<A>, { settled, ...now }: LiveMark) =>
    epoch === now.epoch && monotonic() - askedAt < (settled ? KEPT_MS : UNSETTLED_MS);

  return {
    async recall(key, ask) {
      const before = followed.current();
      const kept = before && memory.get(key);
      if (kept && counts(kept, before)) {
        onAnswer?.("kept");
        return { answer: kept.answer, asOf: before.settled ? Math.max(kept.askedAt, before.asOf) : kept.askedAt };
      }
      const askedAt = monotonic();
      onAnswer?.("asked");
      const { answer, mark, weight } = await ask();
      const behind = followed.current();
      if (before && behind?.epoch === before.epoch && behind.mark === mark) {
        memory.renew(key, { answer, askedAt, epoch: behind.epoch }, weight);
      }
      return { answer, asOf: askedAt };
    },
  };
}
