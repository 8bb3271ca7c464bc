import { setTimeout as delay } from "node:timers/promises";

/** Waits, but no longer than until the signal aborts. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => {});
}

/** Something that sleepers wait for. A ring with nobody asleep wakes the next one that lies down. */
export interface Bell {
  ring(): void;
  /** Resolves at a ring, after `ms`, or when the signal aborts. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

/** Creates a bell for one sleeper. */
export function createBell(): Bell {
  let rung = false;
  let wake = () => {};
  return {
    ring() {
      rung = true;
      wake();
    },
    async wait(ms, signal) {
      const woken = new AbortController();
      wake = () => woken.abort();
      if (!rung) await pause(ms, AbortSignal.any([signal, woken.signal]));
      rung = false;
    },
  };
}
