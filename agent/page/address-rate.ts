import { Refusal } from "../../services/domain/refusal.ts";
import { createRateLimit } from "../rate-limit.ts";
import { LIMITS } from "./page-server.ts";

/** Addresses that are told apart: with more of them all begin anew, so that nobody fills the memory by changing his own. */
const MAX_ADDRESSES = 1_000;

/** Counts requests by address, so that one that asks without end does not keep the others out. `monotonic`: milliseconds. */
export function createAddressRate(monotonic: () => number): (address: string) => void {
  const seen = new Set<string>();
  let limit = createRateLimit(monotonic);
  return (address) => {
    if (!seen.has(address) && seen.size === MAX_ADDRESSES) {
      seen.clear();
      limit = createRateLimit(monotonic);
    }
    seen.add(address);
    try {
      limit(address, LIMITS.perMinute);
    } catch (cause) {
      const text = `more than ${LIMITS.perMinute} requests a minute from ${address}`;
      const { retryAfterMs = 1_000 } = cause as Refusal;
      throw new Refusal("RATE_EXCEEDED", text, { cause, retryAfterMs });
    }
  };
}
