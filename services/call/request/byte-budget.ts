import { Refusal } from "../../domain/refusal.ts";
import type { Limits } from "../../host/limits.ts";
import type { IntakeMetrics } from "../../host/metrics.ts";
import { addressGroup } from "./address-group.ts";

/** Advice to callers who come while the budget is spent. */
const RETRY_AFTER_MS = 1_000;

/** What is held for one address, or for one network of IPv6 addresses. */
export interface AddressShare {
  readonly group: string;
  /** Requests that hold it open; with the last it is forgotten. */
  holders: number;
  bytes: number;
  bodies: number;
}

/** Counts the bytes of requests that a process holds, for each address and in all. */
export interface ByteBudget {
  /** Opens the share of an address for one request; each is closed once, with nothing held any more. */
  open(address: string | undefined): AddressShare;
  close(share: AddressShare): void;
  /** Counts bytes. Throws `RATE_EXCEEDED` where the address has none left, `OVERLOADED` where the process has; then none are counted. */
  take(share: AddressShare, bytes: number): void;
  give(share: AddressShare, bytes: number): void;
  /** Counts one more request that is arriving. Throws `RATE_EXCEEDED` where the address has too many. */
  enter(share: AddressShare): void;
  leave(share: AddressShare): void;
  /** Bytes that are held now. */
  readonly held: number;
}

type BudgetLimits = Pick<Limits, "bufferedBytes" | "bufferedBytesPerAddress" | "bodiesPerAddress">;

/** Opens the budget of a process. */
export function createByteBudget(limits: BudgetLimits, metrics: Pick<IntakeMetrics, "buffered">): ByteBudget {
  const shares = new Map<string, AddressShare>();
  let held = 0;

  const refuse = (limit: keyof BudgetLimits, reason: "OVERLOADED" | "RATE_EXCEEDED", message: string) => {
    const metadata = { limit: String(limits[limit]), limit_name: limit };
    return new Refusal(reason, message, { retryAfterMs: RETRY_AFTER_MS, metadata });
  };
  const count = (share: AddressShare, bytes: number) => {
    share.bytes += bytes;
    held += bytes;
    metrics.buffered(held);
  };

  return {
    open(address) {
      const group = addressGroup(address);
      let share = shares.get(group);
      if (!share) {
        share = { group, holders: 0, bytes: 0, bodies: 0 };
        shares.set(group, share);
      }
      share.holders++;
      return share;
    },
    close(share) {
      share.holders--;
      if (share.holders === 0) shares.delete(share.group);
    },
    take(share, bytes) {
      const { bufferedBytes, bufferedBytesPerAddress } = limits;
      if (share.bytes + bytes > bufferedBytesPerAddress) {
        const message = `requests of one address may hold ${bufferedBytesPerAddress} bytes together: send fewer at once`;
        throw refuse("bufferedBytesPerAddress", "RATE_EXCEEDED", message);
      }
      if (held + bytes > bufferedBytes) {
        throw refuse(
          "bufferedBytes",
          "OVERLOADED",
          `requests already hold the ${bufferedBytes} bytes that this process has`,
        );
      }
      count(share, bytes);
    },
    give: (share, bytes) => count(share, -bytes),
    enter(share) {
      const { bodiesPerAddress } = limits;
      if (share.bodies >= bodiesPerAddress) {
        const message = `${bodiesPerAddress} requests of one address are arriving already: let them arrive first`;
        throw refuse("bodiesPerAddress", "RATE_EXCEEDED", message);
      }
      share.bodies++;
    },
    leave(share) {
      share.bodies--;
    },
    get held() {
      return held;
    },
  };
}
