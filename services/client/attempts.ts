import { setTimeout as pause } from "node:timers/promises";
import type { Reason } from "../domain/reason.ts";
import type { Refusal } from "../domain/refusal.ts";
import { refusalFromError } from "../runtime/refusal-wire.ts";

/** Reasons for which the same call may succeed a moment later. */
const PASSING: ReadonlySet<Reason> = new Set<Reason>([
  "PEER_AWAY",
  "STORE_AWAY",
  "AGENT_AWAY",
  "DEVICE_AWAY",
  "DEVICE_FAULT",
  "OVERLOADED",
  "RATE_EXCEEDED",
  "REVISION_CONFLICT",
  "TOKEN_EXPIRED",
]);

/** Longest pause between two attempts, milliseconds. */
const LONGEST_PAUSE_MS = 2_000;

/**
 * Calls up to `attempts` times while the reason is a passing one, waiting as long as the server advised, else 100 ms
 * doubling. Only for methods that the contract declares reads or idempotent: their repetition is harmless.
 */
export async function withAttempts<T>(attempts: number, call: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      const refusal = refusalFromError(error);
      if (attempt >= attempts || !PASSING.has(refusal.reason)) throw refusal;
      await pause(Math.min(refusal.retryAfterMs ?? 100 * 2 ** (attempt - 1), LONGEST_PAUSE_MS));
    }
  }
}

/** Tells whether a refusal means that the core itself cannot serve now, so that the stand-by should. */
export function isOutage(refusal: Refusal): boolean {
  return ["PEER_AWAY", "STORE_AWAY", "STORE_FULL", "DEADLINE_EXCEEDED"].includes(refusal.reason);
}
