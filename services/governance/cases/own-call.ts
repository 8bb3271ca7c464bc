/** Longest time that a call of the node's own takes: it is tried again. */
const CALL_MS = 10_000;

/** Options of a call that the node makes of itself, for nobody who waits. */
export function onNodesOwn(signal: AbortSignal): { signal: AbortSignal; timeoutMs: number } {
  return { signal, timeoutMs: CALL_MS };
}
