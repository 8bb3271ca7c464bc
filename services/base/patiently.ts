import { Refusal } from "../domain/refusal.ts";
import { pause } from "./pause.ts";

/** Pause before somebody who could not be reached is asked again. */
const AGAIN_MS = 500;

/**
 * Asks, and asks again for `ms` milliseconds while nobody answers there (`PEER_AWAY`), as just after a start on either side. Rejects with
 * what was said last; any other refusal at once.
 */
export async function patiently<T>(ask: () => Promise<T>, ms: number, signal: AbortSignal): Promise<T> {
  const end = performance.now() + ms;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      const away = error instanceof Refusal && error.reason === "PEER_AWAY";
      if (!away || signal.aborted || performance.now() >= end) throw error;
    }
    await pause(AGAIN_MS, signal);
  }
}
