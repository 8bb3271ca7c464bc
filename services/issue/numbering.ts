import { Refusal } from "../domain/refusal.ts";
import { type CollectionSpec, DuplicateKey, type Store, type Stored } from "../store/port.ts";

/** A counter that all replicas of the service share: the first number that nobody has taken yet. */
interface CounterDocument extends Stored {
  next: number;
}

/** The counters of serials. */
export const COUNTERS: CollectionSpec = { name: "certificate_counters", indexes: [] };

/** Numbers that one replica takes at a time. As many are lost at most when it dies: serials have gaps, never repetitions. */
const BLOCK = 64;
/** Times that other replicas may be faster before the caller is sent away. */
const TRIES = 50;

/** Gives out numbers, each once over all replicas and for ever. */
export interface Numbering {
  /** The next number of a counter, from 1. */
  next(counter: string): Promise<number>;
}

/** Opens the counters. Each replica takes blocks by compare-and-set, so most numbers cost no write. */
export async function openNumbering(store: Store): Promise<Numbering> {
  const counters = await store.collection<CounterDocument>(COUNTERS);
  const blocks = new Map<string, { next: number; end: number }>();
  const taking = new Map<string, Promise<void>>();

  async function takeBlock(counter: string): Promise<void> {
    for (let tries = 0; tries < TRIES; tries++) {
      const first = await claim(counter);
      if (first === undefined) continue;
      blocks.set(counter, { next: first, end: first + BLOCK });
      return;
    }
    throw new Refusal("OVERLOADED", `serials of ${counter} are being taken by others; try again`, {
      retryAfterMs: 200,
    });
  }

  /** The first number of a block, or `undefined` where another replica took it. */
  async function claim(counter: string): Promise<number | undefined> {
    const stored = await counters.get(counter);
    if (stored) return (await counters.replace({ ...stored, next: stored.next + BLOCK })) && stored.next;
    try {
      await counters.insert({ _id: counter, revision: 1, next: 1 + BLOCK });
      return 1;
    } catch (error) {
      if (error instanceof DuplicateKey) return undefined;
      throw error;
    }
  }

  return {
    async next(counter) {
      for (;;) {
        const block = blocks.get(counter);
        if (block && block.next < block.end) return block.next++;
        let running = taking.get(counter);
        if (!running) {
          running = takeBlock(counter).finally(() => taking.delete(counter));
          taking.set(counter, running);
        }
        await running;
      }
    },
  };
}
