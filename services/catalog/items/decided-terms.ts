import { BoundedMemory } from "../../base/bounded-memory.ts";
import type { MarkState } from "../../node/marks/change-mark.ts";

/** Terms that were decided, with the mark under which they were. */
export type Marked<T> = T & { mark: string };

/** Decides anew only what may have become another since. */
export interface DecidedTerms<T> {
  /** Terms for a question. What `decide` throws is thrown and not kept. */
  of(question: readonly string[], decide: () => Promise<T>): Promise<Marked<T>>;
}

/** What {@link createDecidedTerms} needs. */
export interface DecidedTermsParts<T> {
  told(): Promise<MarkState>;
  /** Weight of all that is kept; the oldest goes first. */
  most: number;
  weightOf(terms: T): number;
}

/**
 * Creates the memory of what was decided. The mark is read before anything is decided by, and what is kept goes by the mark as it is told now: a change
 * meanwhile leaves terms behind that are never given again. While the mark has not settled everything is decided anew.
 */
export function createDecidedTerms<T>({ told, most, weightOf }: DecidedTermsParts<T>): DecidedTerms<T> {
  const memory = new BoundedMemory<string, Marked<T>>(most);
  return {
    async of(question, decide) {
      const { mark, settled } = await told();
      const key = JSON.stringify(question);
      const known = settled ? memory.get(key) : undefined;
      if (known?.mark === mark) return known;
      const terms = { ...(await decide()), mark };
      if (settled) memory.renew(key, terms, weightOf(terms));
      return terms;
    },
  };
}
