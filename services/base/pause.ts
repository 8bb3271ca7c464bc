import { setTimeout as delay } from "node:timers/promises";

/** Waits, but no longer than until the signal aborts. `ref: false`: that alone keeps no process running. */
export async function pause(ms: number, signal?: AbortSignal, { ref = true } = {}): Promise<void> {
  await delay(ms, undefined, { signal, ref }).catch(() => {});
}

/** Waits for something, but no longer than `ms` or until the signal aborts. Rejects as `work` does. */
export async function atMost(work: Promise<unknown>, ms: number, signal?: AbortSignal): Promise<void> {
  const done = new AbortController();
  try {
    await Promise.race([work, pause(ms, signal ? AbortSignal.any([signal, done.signal]) : done.signal)]);
  } finally {
    done.abort();
  }
}
