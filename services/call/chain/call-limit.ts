import { BoundedMemory } from "../../base/bounded-memory.ts";
import { Refusal } from "../../domain/refusal.ts";
import { addressGroup } from "../request/address-group.ts";

/** How many calls are let through in a minute. */
export interface CallRate {
  /** From one party; see {@link addressGroup}. */
  perAddress: number;
  /** All addresses together, to one process. */
  perProcess: number;
  /** What is counted, for the refusal: "verifications". */
  counted: string;
}

/** Addresses remembered at most; beyond it the oldest is forgotten. */
const ADDRESSES = 10_000;
const MINUTE_MS = 60_000;

/** Limits callers without proof. */
export interface CallLimit {
  /** Counts a call. Throws `RATE_EXCEEDED` with the time to wait where it is one too many. */
  admit(address: string | undefined): void;
}

/** Creates a limit for one process, by minutes that begin with an address's first call. */
export function createCallLimit(monotonic: () => number, { perAddress, perProcess, counted }: CallRate): CallLimit {
  const all = { since: 0, count: 0 };
  const byAddress = new BoundedMemory<string, { since: number; count: number }>(ADDRESSES);

  function count(window: { since: number; count: number }, most: number, who: string): void {
    const time = monotonic();
    if (time - window.since >= MINUTE_MS) Object.assign(window, { since: time, count: 0 });
    if (window.count >= most) {
      const retryAfterMs = window.since + MINUTE_MS - time;
      throw new Refusal("RATE_EXCEEDED", `more than ${most} ${counted} a minute ${who}`, { retryAfterMs });
    }
    window.count += 1;
  }

  return {
    admit(address) {
      if (address !== undefined) {
        const window = byAddress.recall(addressGroup(address), () => ({ since: 0, count: 0 }));
        count(window, perAddress, "from one address");
      }
      count(all, perProcess, "in all; others call as well");
    },
  };
}
