import { pause } from "./pause.ts";

/** Something that sleepers wait for. */
export interface Bell {
  /** Wakes all who wait. */
  ring(): void;
  /** Resolves at the next ring, after `ms`, or when the signal aborts, whichever is first. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

/**
 * Creates a bell. `remembers`: a ring with nobody asleep wakes the next one that lies down, so that one sleeper misses none; the default. Many
 * sleepers, who look before they lie down and again after a while, need no such memory.
 */
export function createBell({ remembers = true } = {}): Bell {
  const asleep = new Set<AbortController>();
  let rung = false;
  return {
    ring() {
      rung = remembers && asleep.size === 0;
      for (const sleeper of asleep) sleeper.abort();
    },
    async wait(ms, signal) {
      if (rung) {
        rung = false;
        return;
      }
      const sleeper = new AbortController();
      asleep.add(sleeper);
      await pause(ms, AbortSignal.any([signal, sleeper.signal]));
      asleep.delete(sleeper);
    },
  };
}
