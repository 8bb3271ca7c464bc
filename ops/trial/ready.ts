import { setTimeout as pause } from "node:timers/promises";

/** Tells whether an admin listener says that everything behind it serves. */
export async function isReady(address: string, path = "/readyz"): Promise<boolean> {
  const answer = await fetch(`http://${address}${path}`, { signal: AbortSignal.timeout(2_000) });
  return answer.ok;
}

/** Waits until a condition holds. Rejects, naming it, when it does not in time. Errors count as "not yet". */
export async function until(what: string, condition: () => Promise<boolean> | boolean, ms = 30_000): Promise<void> {
  const end = Date.now() + ms;
  let last: unknown;
  while (Date.now() < end) {
    try {
      if (await condition()) return;
    } catch (error) {
      last = error;
    }
    await pause(25);
  }
  throw new Error(`not reached within ${ms} ms: ${what}`, { cause: last });
}
